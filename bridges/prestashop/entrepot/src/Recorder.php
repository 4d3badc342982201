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

/**
 * Writes events into the outbox and joins those of one request: the product page of the shop fires up to twelve hooks
 * for one save, and an order fires dozens while it is made.
 */
final class Recorder
{
    /** @var Outbox */
    private $outbox;

    /** @var Envelope */
    private $envelope;

    /** @var ShopReader */
    private $shop;

    /** @var Clock */
    private $clock;

    /** @var array<string, array{id: int, event: Event, stamp: array}> rows of this request by event key */
    private $written = [];

    public function __construct(Outbox $outbox, Envelope $envelope, ShopReader $shop, Clock $clock)
    {
        $this->outbox = $outbox;
        $this->envelope = $envelope;
        $this->shop = $shop;
        $this->clock = $clock;
    }

    public function record(Event $event)
    {
        // What is new is not also updated.
        $created = substr($event->type, -8) === '.updated' ? $event->key(substr($event->type, 0, -8) . '.created') : '';
        foreach (array_filter([$created, $event->key()]) as $key) {
            if (isset($this->written[$key]) && $this->join($key, $event)) {
                return;
            }
        }
        $stamp = [
            'eventId' => Uuid::v4(),
            'sequence' => $this->outbox->nextSequence($event->shopId),
            'atMs' => $this->clock->nowMs(),
        ];
        $body = $this->envelope->body($event, $stamp, $this->shop->describeShop($event->shopId));
        $id = $this->outbox->add($event, $stamp, $body);
        $this->written[$event->key()] = ['id' => $id, 'event' => $event, 'stamp' => $stamp];
    }

    private function join(string $key, Event $event): bool
    {
        $known = $this->written[$key];
        $joined = $known['event']->joinedBy($event);
        $stamp = $known['stamp'];
        $stamp['atMs'] = $this->clock->nowMs();
        $body = $this->envelope->body($joined, $stamp, $this->shop->describeShop($event->shopId));
        if (!$this->outbox->refresh($known['id'], $stamp['atMs'], $body)) {
            return false;
        }
        $this->written[$key] = ['id' => $known['id'], 'event' => $joined, 'stamp' => $stamp];

        return true;
    }

    /** Rows written since the last call, and an end of joining with them. @return array<int, int[]> row ids by shop */
    public function takeWritten(): array
    {
        $ids = [];
        foreach ($this->written as $row) {
            $ids[$row['event']->shopId][] = $row['id'];
        }
        $this->written = [];

        return $ids;
    }
}
