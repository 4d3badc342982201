<?php
// PrestaShop 1.7 runs on PHP 7.1, the tests on a newer PHP: what 7.1 cannot parse, and functions that it lacks, are found here.

/** @return string[] */
function language_problems(string $root): array
{
    $problems = [];
    $files = new RecursiveIteratorIterator(new RecursiveDirectoryIterator($root, FilesystemIterator::SKIP_DOTS));
    foreach ($files as $file) {
        if ($file->getExtension() !== 'php') {
            continue;
        }
        $path = $file->getPathname();
        exec(escapeshellarg(PHP_BINARY) . ' -l ' . escapeshellarg($path) . ' 2>&1', $output, $code);
        if ($code !== 0) {
            $problems[] = implode(' ', $output);
        }
        $output = [];
        if (strpos($path, '/entrepot/') !== false) {
            foreach (newer_than_71((string) file_get_contents($path)) as $problem) {
                $problems[] = "$path: $problem";
            }
        }
    }

    return $problems;
}

/** @return string[] */
function newer_than_71(string $source): array
{
    $problems = [];
    $tokens = ['T_FN', 'T_COALESCE_EQUAL', 'T_MATCH', 'T_ENUM', 'T_READONLY', 'T_NULLSAFE_OBJECT_OPERATOR', 'T_ATTRIBUTE'];
    $banned = [];
    foreach ($tokens as $name) {
        if (defined($name)) {
            $banned[constant($name)] = $name;
        }
    }
    $code = '';
    foreach (token_get_all($source) as $token) {
        if (!is_array($token)) {
            $code .= $token;
            continue;
        }
        if (isset($banned[$token[0]])) {
            $problems[] = "line $token[2]: $token[1] needs a newer PHP";
        }
        // Comments and texts may look like anything.
        $isText = in_array($token[0], [T_COMMENT, T_DOC_COMMENT, T_CONSTANT_ENCAPSED_STRING, T_ENCAPSED_AND_WHITESPACE], true);
        $code .= $isText ? ($token[0] === T_CONSTANT_ENCAPSED_STRING ? "''" : ' ') : $token[1];
    }
    $patterns = [
        'typed property' => '/\b(public|protected|private)\s+(static\s+)?\??[A-Za-z_\\\\]+\s+\$\w+\s*[;=]/',
        'union, mixed, static or object type' => '/(\)\s*:\s*|[(,]\s*)\??(mixed|static|object|never|\w+\s*\|\s*\w+)\s*(\$\w|\{|;)/',
        'constructor promotion' => '/__construct\([^)]*\b(public|protected|private)\b/',
        'comma after the last argument' => '/[\w\])]\s*,\s*\)\s*(;|\{|:|->)/',
        'throw as expression' => '/(\?\?|\?|:|=>)\s*throw\b/',
        'named argument' => '/[(,]\s*[a-z]\w*:(?!:)\s*[\w\'"$\[]/',
        'spread in array' => '/\[\s*\.\.\.|,\s*\.\.\.\$\w+\s*\]/',
        'function of a newer PHP' => '/\b(str_contains|str_starts_with|str_ends_with|array_key_first|array_key_last|array_is_list|hrtime|is_countable|get_debug_type|mb_str_split|fdiv)\s*\(/',
        'constant of a newer PHP' => '/\bJSON_(THROW_ON_ERROR|INVALID_UTF8_\w+)\b/',
    ];
    foreach ($patterns as $what => $pattern) {
        if (preg_match($pattern, $code, $match) === 1) {
            $problems[] = "$what: " . trim($match[0]);
        }
    }

    return $problems;
}
