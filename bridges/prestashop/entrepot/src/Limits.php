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

/** How much one run may send and how long it may wait. */
final class Limits
{
    /** @var int */
    public $rowsMax;

    /** @var int */
    public $runMs;

    /** @var int */
    public $connectMs;

    /** @var int */
    public $requestMs;

    public function __construct(int $rowsMax, int $runMs, int $connectMs, int $requestMs)
    {
        $this->rowsMax = $rowsMax;
        $this->runMs = $runMs;
        $this->connectMs = $connectMs;
        $this->requestMs = $requestMs;
    }

    /** Somebody may be waiting for the page. */
    public static function atRequestEnd(): Limits
    {
        return new Limits(20, 3000, 2000, 4000);
    }

    public static function byCron(): Limits
    {
        return new Limits(1000, 50000, 3000, 10000);
    }
}
