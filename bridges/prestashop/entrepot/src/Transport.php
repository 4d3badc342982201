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

interface Transport
{
    /**
     * Posts once. Follows no redirect, checks certificates, throws nothing.
     *
     * @param array<string, string> $headers
     */
    public function post(string $url, array $headers, string $body, int $connectTimeoutMs, int $timeoutMs): Response;
}
