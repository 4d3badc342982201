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

/** Which hub addresses are allowed: HTTPS, or plain HTTP inside the own network. */
final class HubUrl
{
    public static function isAllowed(string $url): bool
    {
        $parts = parse_url($url);
        if (!is_array($parts) || !isset($parts['scheme'], $parts['host'])) {
            return false;
        }
        // Credentials in the address would end up in logs.
        if (isset($parts['user']) || isset($parts['pass']) || isset($parts['fragment'])) {
            return false;
        }
        $scheme = strtolower($parts['scheme']);

        return $scheme === 'https' || ($scheme === 'http' && self::isOwnNetwork(trim($parts['host'], '[]')));
    }

    private static function isOwnNetwork(string $host): bool
    {
        if (filter_var($host, FILTER_VALIDATE_IP) === false) {
            return strpos($host, '.') === false;
        }

        return filter_var($host, FILTER_VALIDATE_IP, FILTER_FLAG_NO_PRIV_RANGE | FILTER_FLAG_NO_RES_RANGE) === false;
    }
}
