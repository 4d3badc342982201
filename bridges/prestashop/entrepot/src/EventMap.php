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

/** From a hook of the shop to events (CONTRACT.md section 5). A hook that tells too little gives none. */
final class EventMap
{
    /** @var array<string, array{0: object, 1: string, 2: string}> mapper, its method and the event type by hook */
    private $mappers = [];

    public function __construct(ShopReader $shop)
    {
        foreach ([new OrderEvents($shop), new CatalogEvents($shop), new CustomerEvents($shop)] as $mapper) {
            foreach ($mapper::HOOKS as $hook => $target) {
                $this->mappers[$hook] = [$mapper, $target[0], $target[1]];
            }
        }
    }

    /** @return string[] every hook that the module registers */
    public static function hooks(): array
    {
        return array_keys(OrderEvents::HOOKS + CatalogEvents::HOOKS + CustomerEvents::HOOKS);
    }

    /** @return Event[] */
    public function events(string $hook, array $params): array
    {
        if (!isset($this->mappers[$hook])) {
            return [];
        }
        list($mapper, $method, $type) = $this->mappers[$hook];
        $events = $mapper->$method($type, $params);
        foreach ($events as $event) {
            $event->hook = $hook;
        }

        return $events;
    }
}
