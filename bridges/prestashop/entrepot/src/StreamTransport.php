<?php
/**
 * @author    Entrepot contributors
 * @copyright Entrepot contributors
 * @license   https://www.apache.org/licenses/LICENSE-2.0 Apache License 2.0
 */

namespace Entrepot\Bridge;

if (!defined('_PS_VERSION_')) {
    exit;
}

/** For hosts without the curl extension. One timeout counts for connecting and for waiting. */
final class StreamTransport implements Transport
{
    public function post(string $url, array $headers, string $body, int $connectTimeoutMs, int $timeoutMs): Response
    {
        $lines = ['Connection: close'];
        foreach ($headers as $name => $value) {
            $lines[] = $name . ': ' . $value;
        }
        $context = stream_context_create([
            'http' => [
                'method' => 'POST',
                'header' => $lines,
                'content' => $body,
                'follow_location' => 0,
                'ignore_errors' => true,
                'protocol_version' => 1.1,
                'timeout' => $timeoutMs / 1000,
            ],
            'ssl' => ['verify_peer' => true, 'verify_peer_name' => true],
        ]);
        $stream = @fopen($url, 'r', false, $context);
        if ($stream === false) {
            $error = error_get_last();

            return new Response(0, null, self::reason($error === null ? '' : $error['message']));
        }
        $answer = stream_get_meta_data($stream)['wrapper_data'];
        fclose($stream);

        return self::parse(is_array($answer) ? $answer : []);
    }

    /** @param string[] $lines */
    private static function parse(array $lines): Response
    {
        $status = 0;
        $retryAfter = null;
        foreach ($lines as $line) {
            if (preg_match('{^HTTP/\S+ (\d{3})}', $line, $match) === 1) {
                $status = (int) $match[1];
            } elseif (stripos($line, 'Retry-After:') === 0) {
                $retryAfter = trim(substr($line, 12));
            }
        }

        return new Response($status, $retryAfter, 'no HTTP answer');
    }

    /** The end of PHP's message: its beginning repeats the address. */
    private static function reason(string $message): string
    {
        $at = strrpos($message, ': ');

        return $at === false ? 'connection failed' : trim(substr($message, $at + 2));
    }
}
