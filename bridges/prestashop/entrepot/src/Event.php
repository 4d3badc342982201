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

/** One change, before it gets an id and a sequence. */
final class Event
{
    /** @var string */
    public $type;

    /** @var string */
    public $objectType;

    /** @var string */
    public $objectId;

    /** @var int */
    public $shopId;

    /** @var array<string, mixed> */
    public $payload;

    /** @var array<string, mixed>|null */
    public $previous;

    /** @var string the shop's hook that caused it */
    public $hook = '';

    /** @param array{0: string, 1: string} $object type and id */
    public function __construct(string $type, array $object, int $shopId, array $payload = [], ?array $previous = null)
    {
        $this->type = $type;
        $this->objectType = $object[0];
        $this->objectId = $object[1];
        $this->shopId = $shopId;
        $this->payload = $payload;
        $this->previous = $previous;
    }

    /** Events of one request with the same key are joined. Changes to different order states are different news. */
    public function key(?string $type = null): string
    {
        $state = $this->type === 'order.status_changed' ? $this->payload['orderState']['id'] : '';

        return implode('|', [$this->shopId, $type ?? $this->type, $this->objectType, $this->objectId, $state]);
    }

    /** This event brought up to date by a later one about the same object. */
    public function joinedBy(Event $later): Event
    {
        // "Previous" belongs to the first change; a later hook about the same value may know it where the first did not.
        $previous = $this->previous ?? ($later->payload === $this->payload ? $later->previous : null);
        $joined = new Event($this->type, [$this->objectType, $this->objectId], $this->shopId, $later->payload, $previous);
        $joined->hook = $this->hook;

        return $joined;
    }
}
