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

/** What came of one attempt. The answer's body is not kept: it has no meaning in the contract. */
final class Response
{
    /** @var int 0 when there was no answer */
    public $status;

    /** @var string|null value of the Retry-After header */
    public $retryAfter;

    /** @var string why there was no answer */
    public $error;

    public function __construct(int $status, ?string $retryAfter = null, string $error = '')
    {
        $this->status = $status;
        $this->retryAfter = $retryAfter;
        $this->error = $error;
    }

    public function isAccepted(): bool
    {
        return $this->status >= 200 && $this->status < 300;
    }

    /** The store was removed from the hub. */
    public function isGone(): bool
    {
        return $this->status === 410;
    }

    /** The hub refuses this one event; others may pass. Everything else says that no request would pass now. */
    public function isAboutThisEvent(): bool
    {
        return $this->status >= 400 && $this->status < 500
            && !in_array($this->status, [401, 403, 404, 408, 410, 429], true);
    }

    public function describe(): string
    {
        return $this->status > 0 ? 'HTTP ' . $this->status : 'no answer: ' . $this->error;
    }
}
