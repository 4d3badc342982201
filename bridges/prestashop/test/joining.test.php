<?php

return [
    'the many hooks of one save make one event, with the last time' => function () {
        $f = (new Fixture())->connect();
        $product = Product::make(12, []);
        foreach (['actionProductSave', 'actionObjectProductUpdateAfter', 'actionProductUpdate', 'actionProductUpdate'] as $hook) {
            $f->clock->now += 10;
            Hook::exec($hook, ['id_product' => 12, 'object' => $product]);
        }
        check_same(['product.saved 12'], $f->recorded());
        $event = $f->events()[0];
        check_same(['2026-03-01T08:15:31.040Z', 1, 'actionProductSave'], [$event['occurredAt'], $event['sequence'], $event['hook']]);
        check_same($event['eventId'], $f->rows()[0]['event_id']);
        $f->endRequest();
        check_same($event['occurredAt'], $f->hub->requests[0]['headers']['X-Entrepot-Changed-At']);
    },
    'two saves of the same millisecond are joined as well' => function () {
        $f = (new Fixture())->connect();
        Hook::exec('actionProductUpdate', ['id_product' => 12]);
        Hook::exec('actionProductUpdate', ['id_product' => 12]);
        check_same(['product.saved 12'], $f->recorded());
    },
    'requests are not joined with each other' => function () {
        $f = (new Fixture())->connect();
        Hook::exec('actionProductUpdate', ['id_product' => 12]);
        $f->reload();
        Hook::exec('actionProductUpdate', ['id_product' => 12]);
        check_same(['product.saved 12', 'product.saved 12'], $f->recorded());
    },
    'what is new is not updated too, and tells its last state' => function () {
        $f = (new Fixture())->connect();
        $order = $f->order(42, ['current_state' => '0']);
        Hook::exec('actionObjectOrderAddAfter', ['object' => $order]);
        check_same(null, $f->events()[0]['payload']['orderState']);
        Hook::exec('actionValidateOrder', ['order' => $order]);
        Hook::exec('actionOrderStatusPostUpdate', ['id_order' => 42, 'newOrderStatus' => new OrderState(2)]);
        $order->current_state = '2';
        Hook::exec('actionObjectOrderUpdateAfter', ['object' => $order]);
        Hook::exec('actionValidateOrderAfter', ['order' => $order, 'orders' => [$order]]);
        check_same(['order.created 42', 'order.status_changed 42'], $f->recorded());
        check_same('2', $f->events()[0]['payload']['orderState']['id']);
        check_same(null, $f->events()[1]['previous'], 'the shop before 8 does not tell the old state');
    },
    'changes to different states are different events' => function () {
        $f = (new Fixture())->connect();
        $f->order(42);
        foreach ([2, 4, 4] as $state) {
            Hook::exec('actionOrderStatusPostUpdate', ['id_order' => 42, 'newOrderStatus' => new OrderState($state)]);
        }
        $states = array_map(function ($event) {
            return $event['payload']['orderState']['id'];
        }, $f->events());
        check_same(['2', '4'], $states);
    },
    'an event that cron has already taken is not rewritten, a new one is added' => function () {
        $f = (new Fixture())->connect();
        Hook::exec('actionProductUpdate', ['id_product' => 12]);
        $f->clock->now += 31000;
        $f->cron();
        Hook::exec('actionProductUpdate', ['id_product' => 12]);
        check_same(['product.saved 12', 'product.saved 12'], $f->recorded());
        check_same(['sent', 'pending'], array_column($f->rows(), 'status'));
    },
    'stock: the last quantity, and the one before the first change' => function () {
        $f = (new Fixture())->connect();
        $row = ['id_product' => 12, 'id_product_attribute' => 0, 'id_shop' => 1, 'id_shop_group' => 0];
        $stock = StockAvailable::make(90, $row + ['quantity' => 5]);
        Hook::exec('actionObjectStockAvailableUpdateAfter', ['object' => $stock]);
        Hook::exec('actionUpdateQuantity', ['id_product' => 12, 'id_product_attribute' => 0, 'quantity' => 5, 'delta_quantity' => -1, 'id_shop' => 1]);
        Hook::exec('actionUpdateQuantity', ['id_product' => 12, 'id_product_attribute' => 0, 'quantity' => 3, 'delta_quantity' => -2, 'id_shop' => 1]);
        check_same(['stock.changed 12-0'], $f->recorded());
        check_same([3, ['quantity' => 6]], [$f->events()[0]['payload']['quantity'], $f->events()[0]['previous']]);
    },
    'stock: a change without a known beginning stays without one' => function () {
        $f = (new Fixture())->connect();
        $row = ['id_product' => 12, 'id_product_attribute' => 0, 'id_shop' => 1, 'id_shop_group' => 0];
        Hook::exec('actionObjectStockAvailableUpdateAfter', ['object' => StockAvailable::make(90, $row + ['quantity' => 5])]);
        Hook::exec('actionUpdateQuantity', ['id_product' => 12, 'id_product_attribute' => 0, 'quantity' => 3, 'delta_quantity' => -2, 'id_shop' => 1]);
        check_same([3, null], [$f->events()[0]['payload']['quantity'], $f->events()[0]['previous']]);
    },
];
