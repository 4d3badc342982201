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

final class SystemClock implements Clock
{
    public function nowMs(): int
    {
        return (int) round(microtime(true) * 1000);
    }
}
