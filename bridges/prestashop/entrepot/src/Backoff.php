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

/** When a failed event is tried again, and when the module gives up (CONTRACT.md section 4). */
final class Backoff
{
    const ATTEMPTS_MAX = 25;
    const BASE_MS = 60000;
    const CAP_MS = 21600000;
    const RETRY_AFTER_CAP_MS = 86400000;
    const JITTER = 0.2;

    /** @var callable(): float at least 0, below 1 */
    private $random;

    public function __construct(callable $random)
    {
        $this->random = $random;
    }

    public static function isLast(int $failures): bool
    {
        return $failures >= self::ATTEMPTS_MAX;
    }

    /** @param string|null $retryAfter header value: seconds or an HTTP date */
    public function delayMs(int $failures, ?string $retryAfter = null, int $nowMs = 0): int
    {
        // The exponent is capped as well: 2^63 would become a float.
        $delay = min(self::CAP_MS, self::BASE_MS * (1 << min(10, max(0, $failures - 1))));
        $delay += (int) floor($delay * self::JITTER * call_user_func($this->random));

        return max($delay, self::retryAfterMs($retryAfter, $nowMs));
    }

    /** @param string|null $value */
    private static function retryAfterMs(?string $value = null, int $nowMs = 0): int
    {
        if ($value === null || trim($value) === '') {
            return 0;
        }
        if (ctype_digit(trim($value))) {
            // Digits beyond nine are more than the cap and might not fit an integer.
            return (int) min(self::RETRY_AFTER_CAP_MS, (int) substr(trim($value), 0, 9) * 1000);
        }
        $at = strtotime($value);

        return $at === false ? 0 : max(0, min(self::RETRY_AFTER_CAP_MS, $at * 1000 - $nowMs));
    }
}
