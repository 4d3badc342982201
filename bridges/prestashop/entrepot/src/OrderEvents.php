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

/** Orders, their states, refunds, returns and parcels. */
final class OrderEvents
{
    const HOOKS = [
        'actionValidateOrder' => ['order', 'order.created'],
        'actionValidateOrderAfter' => ['orders', 'order.created'],
        'actionObjectOrderAddAfter' => ['order', 'order.created'],
        'actionObjectOrderUpdateAfter' => ['order', 'order.updated'],
        'actionObjectOrderDeleteAfter' => ['order', 'order.deleted'],
        'actionSetInvoice' => ['order', 'order.updated'],
        'actionOrderEdited' => ['order', 'order.updated'],
        'actionOrderSlipAdd' => ['order', 'order.updated'],
        'actionProductCancel' => ['order', 'order.updated'],
        'actionPaymentConfirmation' => ['orderById', 'order.updated'],
        'actionObjectOrderPaymentAddAfter' => ['payment', 'order.updated'],
        'actionOrderStatusPostUpdate' => ['status', 'order.status_changed'],
        'actionObjectOrderSlipAddAfter' => ['slip', 'refund.created'],
        'actionOrderReturn' => ['orderReturn', 'return.requested'],
        'actionObjectOrderReturnUpdateAfter' => ['orderReturn', 'return.updated'],
        'actionObjectOrderCarrierUpdateAfter' => ['carrier', 'fulfillment.updated'],
        'actionAdminOrdersTrackingNumberUpdate' => ['tracking', 'fulfillment.updated'],
        'actionObjectOrderStateAddAfter' => ['state', 'order_state.saved'],
        'actionObjectOrderStateUpdateAfter' => ['state', 'order_state.saved'],
    ];

    /** @var ShopReader */
    private $shop;

    public function __construct(ShopReader $shop)
    {
        $this->shop = $shop;
    }

    public function order(string $type, array $params): array
    {
        $order = Params::loaded($params, ['order', 'object']);

        return $order === null ? [] : [$this->event($type, $order)];
    }

    /** One cart may give several orders. */
    public function orders(string $type, array $params): array
    {
        $orders = isset($params['orders']) && is_array($params['orders']) ? $params['orders'] : [];
        if ($orders === []) {
            return $this->order($type, $params);
        }
        $events = [];
        foreach ($orders as $order) {
            $events = array_merge($events, $this->order($type, ['order' => $order]));
        }

        return $events;
    }

    public function orderById(string $type, array $params): array
    {
        return $this->order($type, ['order' => $this->shop->order(Params::id($params, 'id_order'))]);
    }

    /** A payment names the reference of its orders only. */
    public function payment(string $type, array $params): array
    {
        $reference = isset($params['object']->order_reference) ? (string) $params['object']->order_reference : '';
        $events = [];
        foreach ($reference === '' ? [] : $this->shop->ordersOfReference($reference) as $id) {
            $events = array_merge($events, $this->orderById($type, ['id_order' => $id]));
        }

        return $events;
    }

    public function status(string $type, array $params): array
    {
        $order = $this->shop->order(Params::id($params, 'id_order'));
        $state = Params::loaded($params, ['newOrderStatus']);
        if ($order === null || $state === null) {
            return [];
        }
        // The order itself may still hold the state before.
        $event = $this->event($type, $order, $state);
        $before = Params::loaded($params, ['oldOrderStatus']);
        $event->previous = $before === null ? null : ['orderState' => $this->shop->orderState($before)];

        return [$event];
    }

    public function slip(string $type, array $params): array
    {
        return $this->partOfOrder($type, 'order_slip', $params);
    }

    public function carrier(string $type, array $params): array
    {
        return $this->partOfOrder($type, 'order_carrier', $params);
    }

    /** The back office's hook has the order, not the row that changed. */
    public function tracking(string $type, array $params): array
    {
        $order = Params::loaded($params, ['order']);
        $id = $order === null ? 0 : $this->shop->carrierRowOfOrder((int) $order->id);
        if ($id === 0) {
            return [];
        }
        $payload = ['orderId' => (string) (int) $order->id];

        return [new Event($type, ['order_carrier', (string) $id], $this->shopOf($order), $payload)];
    }

    public function orderReturn(string $type, array $params): array
    {
        $return = Params::loaded($params, ['orderReturn', 'object']);
        if ($return === null) {
            return [];
        }
        $order = $this->shop->order(Params::field($return, 'id_order'));
        $payload = [
            'orderId' => Params::idOrNull(Params::field($return, 'id_order')),
            'customerId' => Params::idOrNull(Params::field($return, 'id_customer')),
            'state' => Params::idOrNull(Params::field($return, 'state')),
            'reason' => isset($return->question) && $return->question !== '' ? (string) $return->question : null,
            'lines' => $this->shop->returnLines((int) $return->id),
        ];

        return [new Event($type, ['order_return', (string) (int) $return->id], $this->shopOf($order), $payload)];
    }

    public function state(string $type, array $params): array
    {
        $state = Params::loaded($params, ['object']);
        $events = [];
        foreach ($state === null ? [] : $this->shop->shopsInContext() as $shopId) {
            $payload = ['orderState' => $this->shop->orderState($state)];
            $events[] = new Event($type, ['order_state', (string) (int) $state->id], $shopId, $payload);
        }

        return $events;
    }

    private function partOfOrder(string $type, string $objectType, array $params): array
    {
        $part = Params::loaded($params, ['object']);
        if ($part === null) {
            return [];
        }
        $orderId = Params::field($part, 'id_order');
        $object = [$objectType, (string) (int) $part->id];

        return [new Event($type, $object, $this->shopOf($this->shop->order($orderId)), ['orderId' => Params::idOrNull($orderId)])];
    }

    /** @param object|null $state the order's current one when null */
    private function event(string $type, $order, $state = null): Event
    {
        $stateId = Params::field($order, 'current_state');
        $payload = [
            'reference' => (string) $order->reference,
            'customerId' => Params::idOrNull(Params::field($order, 'id_customer')),
            'orderState' => $state === null && $stateId === 0 ? null : $this->shop->orderState($state ?? $stateId),
        ];

        return new Event($type, ['order', (string) (int) $order->id], $this->shopOf($order), $payload);
    }

    private function shopOf($order): int
    {
        $id = $order === null ? 0 : Params::field($order, 'id_shop');

        return $id > 0 ? $id : $this->shop->contextShop();
    }
}
