<?php
/**
 * @author    Entrepot contributors
 * @copyright Entrepot contributors
 * @license   https://www.apache.org/licenses/LICENSE-2.0 Apache License 2.0
 */

namespace Entrepot\Bridge\Shop;

use Entrepot\Bridge\Backoff;
use Entrepot\Bridge\Clock;
use Entrepot\Bridge\CurlTransport;
use Entrepot\Bridge\CustomerEvents;
use Entrepot\Bridge\Envelope;
use Entrepot\Bridge\Event;
use Entrepot\Bridge\EventMap;
use Entrepot\Bridge\Limits;
use Entrepot\Bridge\Outbox;
use Entrepot\Bridge\OutboxDesk;
use Entrepot\Bridge\Recorder;
use Entrepot\Bridge\Response;
use Entrepot\Bridge\Sender;
use Entrepot\Bridge\StreamTransport;
use Entrepot\Bridge\SystemClock;
use Entrepot\Bridge\Transport;
use Entrepot\Bridge\Uuid;

if (!defined('_PS_VERSION_')) {
    exit;
}

/** Puts the parts together for the shop: hooks in, requests to the hub out. */
final class Bridge
{
    /** After a failure the shop's visitors are spared further tries for this long; cron goes on. */
    const QUIET_MS = 60000;

    /** @var Clock */
    private $clock;

    /** @var PrestaShopReader */
    private $shop;

    /** @var ShopConfiguration */
    private $configuration;

    /** @var Outbox */
    private $outbox;

    /** @var OutboxDesk */
    private $desk;

    /** @var Envelope */
    private $envelope;

    /** @var EventMap */
    private $map;

    /** @var Recorder */
    private $recorder;

    /** @var Sender */
    private $sender;

    public function __construct(string $moduleVersion, ?Clock $clock = null, ?Transport $transport = null)
    {
        $database = new PrestaShopDatabase();
        $this->clock = $clock ?? new SystemClock();
        $this->shop = new PrestaShopReader();
        $this->configuration = new ShopConfiguration();
        $this->outbox = new Outbox($database, $this->clock);
        $this->desk = new OutboxDesk($database, $this->clock);
        $this->envelope = new Envelope([
            'module' => $moduleVersion,
            'prestashop' => _PS_VERSION_,
            'php' => PHP_VERSION,
            'installation' => $this->configuration->installation(),
        ]);
        $this->map = new EventMap($this->shop);
        $this->recorder = new Recorder($this->outbox, $this->envelope, $this->shop, $this->clock);
        $transport = $transport ?? (function_exists('curl_init') ? new CurlTransport() : new StreamTransport());
        $backoff = new Backoff(function () {
            return mt_rand() / (mt_getrandmax() + 1);
        });
        $this->sender = new Sender($this->outbox, $transport, $backoff, $this->clock, $this->envelope->userAgent());
    }

    /** Writes what a hook means into the outbox. */
    public function record(string $hook, array $params)
    {
        foreach ($this->map->events($hook, $params) as $event) {
            $settings = $this->configuration->settings($event->shopId);
            if ($settings->isConnected() && ($event->type !== 'cart.updated' || $settings->carts)) {
                $this->recorder->record($event);
            }
            if ($event->type === 'privacy.customer_redacted') {
                $this->forget($event);
            }
        }
    }

    /** The end of a request: its rows are complete, and sent where the merchant wants that. */
    public function flush()
    {
        foreach ($this->recorder->takeWritten() as $shopId => $ids) {
            $this->outbox->settle($ids);
            $settings = $this->configuration->settings($shopId);
            if ($settings->atRequestEnd && !$this->desk->failedSince($shopId, $this->clock->nowMs() - self::QUIET_MS)) {
                $this->sender->run($shopId, $settings, Limits::atRequestEnd());
            }
        }
    }

    /**
     * One run of cron over all shops.
     *
     * @return array{status: int, body: array<string, int|string>}
     */
    public function cron(string $token): array
    {
        $expected = $this->configuration->cronToken();
        if ($expected === '' || !hash_equals($expected, $token)) {
            return ['status' => 403, 'body' => ['error' => 'wrong token']];
        }
        $total = ['sent' => 0, 'retried' => 0, 'failed' => 0];
        foreach (\Shop::getShops(true, null, true) as $shopId) {
            $counts = $this->sender->run((int) $shopId, $this->configuration->settings((int) $shopId), Limits::byCron());
            foreach ($counts as $name => $count) {
                $total[$name] += $count;
            }
        }
        $this->desk->tidy();

        return ['status' => 200, 'body' => $total];
    }

    /** One attempt that is not kept: `bridge.ping` or `app.uninstalled`. */
    public function sendOnce(string $type, int $shopId): Response
    {
        $settings = $this->configuration->settings($shopId);
        if (!$settings->isConnected()) {
            return new Response(0, null, 'hub URL or secret is missing');
        }
        $event = new Event($type, ['shop', (string) $shopId], $shopId);
        $stamp = ['eventId' => Uuid::v4(), 'sequence' => null, 'atMs' => $this->clock->nowMs()];
        $body = $this->envelope->body($event, $stamp, $this->shop->describeShop($shopId));

        return $this->sender->sendOnce($event, $stamp, $body, $settings);
    }

    public function sayGoodbye()
    {
        foreach (\Shop::getShops(true, null, true) as $shopId) {
            if ($this->configuration->settings((int) $shopId)->isConnected()) {
                $this->sendOnce('app.uninstalled', (int) $shopId);
            }
        }
    }

    public function desk(): OutboxDesk
    {
        return $this->desk;
    }

    public function configuration(): ShopConfiguration
    {
        return $this->configuration;
    }

    private function forget(Event $event)
    {
        $this->desk->forget('customer', $event->objectId);
        if ($event->payload['email'] !== null) {
            $this->desk->forget('newsletter_subscriber', CustomerEvents::emailKey($event->payload['email']));
            $this->desk->forget('customer', CustomerEvents::emailKey($event->payload['email']));
        }
    }
}
