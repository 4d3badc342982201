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

interface Clock
{
    /** @return int Unix time in milliseconds */
    public function nowMs(): int;
}
