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

/** HMAC-SHA256 over "timestamp.body", as CONTRACT.md section 2 says. */
final class Signer
{
    /**
     * @param string[] $secrets the newest first; empty ones are skipped
     *
     * @return string value of the signature header
     */
    public static function sign(array $secrets, string $timestamp, string $body): string
    {
        $values = [];
        foreach ($secrets as $secret) {
            if ($secret !== '') {
                $values[] = 'sha256=' . hash_hmac('sha256', $timestamp . '.' . $body, $secret);
            }
        }

        return implode(',', $values);
    }
}
