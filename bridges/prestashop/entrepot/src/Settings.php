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

/** What the merchant set for one shop. */
final class Settings
{
    /** @var string */
    public $url;

    /** @var string */
    public $secret;

    /** @var string */
    public $previousSecret;

    /** @var bool cart events are wanted */
    public $carts;

    /** @var bool send at the end of the request, not only by cron */
    public $atRequestEnd;

    public function __construct(array $values)
    {
        $this->url = $values['url'];
        $this->secret = $values['secret'];
        $this->previousSecret = $values['previousSecret'];
        $this->carts = $values['carts'];
        $this->atRequestEnd = $values['atRequestEnd'];
    }

    /** Without a hub nothing is written, so that the outbox of a shop that is not connected stays empty. */
    public function isConnected(): bool
    {
        return $this->url !== '' && $this->secret !== '';
    }

    /** @return string[] the newest first */
    public function secrets(): array
    {
        return [$this->secret, $this->previousSecret];
    }

    /** Secrets never show in a dump. */
    public function __debugInfo()
    {
        return ['url' => $this->url, 'secret' => $this->secret === '' ? '' : '***'];
    }
}
