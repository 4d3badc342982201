<?php
// Checks every PHP file of the module, then runs the tests in *.test.php: each returns a list of named functions.
// Run it with "php bridges/prestashop/test/run.php [part of a file name]".

error_reporting(E_ALL);
set_error_handler(function ($level, $message, $file, $line) {
    // An "@" in the code under test means that it handles the failure itself.
    if ((error_reporting() & $level) !== 0) {
        throw new ErrorException($message, 0, $level, $file, $line);
    }

    return false;
});

foreach (['sqlite3', 'tokenizer', 'curl'] as $extension) {
    if (!extension_loaded($extension)) {
        fwrite(STDERR, "PHP extension $extension is missing (Debian: php-sqlite3, php-common, php-curl)\n");
        exit(1);
    }
}

require __DIR__ . '/check.php';
require __DIR__ . '/language.php';
require __DIR__ . '/shop.php';
require __DIR__ . '/fixture.php';

$problems = language_problems(dirname(__DIR__));
foreach ($problems as $problem) {
    echo "LANGUAGE $problem\n";
}

$passed = 0;
$failed = 0;
foreach (glob(__DIR__ . '/*' . ($argv[1] ?? '') . '*.test.php') as $file) {
    foreach (require $file as $name => $test) {
        try {
            $test();
            ++$passed;
        } catch (Throwable $error) {
            ++$failed;
            printf("FAILED %s: %s\n  %s\n  %s:%d\n", basename($file), $name, $error->getMessage(), $error->getFile(), $error->getLine());
        }
    }
}
printf("PHP %s: %d language problems, %d tests passed, %d failed\n", PHP_VERSION, count($problems), $passed, $failed);
exit($problems === [] && $failed === 0 && $passed > 0 ? 0 : 1);
