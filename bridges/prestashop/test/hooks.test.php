<?php

use Entrepot\Bridge\EventMap;

/**
 * Every hook with the parameters that the shop gives, and the events that come of it:
 * [type, object type, id, expected part of the payload, expected previous].
 */
$cases = function (Fixture $f): array {
    $order = $f->order(42);
    $customer = Customer::make(7, ['id_shop' => '1', 'email' => 'ada@example.com', 'is_guest' => '0']);
    $product = Product::make(12, []);
    $combination = Combination::make(34, ['id_product' => '12']);
    $stock = StockAvailable::make(90, ['id_product' => 12, 'id_product_attribute' => 34, 'id_shop' => 1, 'id_shop_group' => 0, 'quantity' => '5']);
    $price = SpecificPrice::make(61, ['id_product' => '12', 'id_product_attribute' => '0', 'id_shop' => '0']);
    $return = OrderReturn::make(81, ['id_order' => '42', 'id_customer' => '7', 'state' => '1', 'question' => 'too small']);
    $slip = OrderSlip::make(71, ['id_order' => '42']);
    $carrier = OrderCarrier::make(542, ['id_order' => '42']);
    $address = Address::make(51, ['id_customer' => '7']);
    $cart = Cart::make(65, ['id_shop' => '1', 'id_customer' => '0']);
    Db::getInstance()->execute('INSERT INTO `ps_product_attribute` VALUES (34, 12)');
    Db::getInstance()->execute('INSERT INTO `ps_customer` VALUES (7, 1)');

    $isPaid = ['reference' => 'REF42', 'customerId' => '7', 'orderState' => [
        'id' => '2', 'name' => 'Paiement accepté', 'role' => 'payment', 'paid' => true, 'shipped' => false, 'delivery' => false, 'logable' => true, 'invoice' => true,
    ]];
    $shipped = ['id' => '4', 'name' => 'Expédié', 'role' => 'shipping', 'paid' => true, 'shipped' => true, 'delivery' => true, 'logable' => true, 'invoice' => true];
    $returned = ['orderId' => '42', 'customerId' => '7', 'state' => '1', 'reason' => 'too small', 'lines' => [['orderDetailId' => '31', 'quantity' => 2]]];
    $left = [
        'productId' => '12', 'combinationId' => '34', 'stockAvailableId' => '90', 'quantity' => 5, 'idShop' => '1', 'idShopGroup' => '0', 'isSum' => false,
    ];
    $priced = ['productId' => '12', 'combinationId' => '0', 'deleted' => false];
    $hash = hash('sha256', 'ada@example.com');
    $redacted = ['customerId' => '7', 'email' => 'ada@example.com'];
    $saved = [['product.saved', 'product', '12', [], null]];
    $created = [['order.created', 'order', '42', $isPaid, null]];
    $updated = [['order.updated', 'order', '42', $isPaid, null]];

    return [
        'actionValidateOrder' => [['order' => $order, 'cart' => $cart, 'customer' => $customer], $created],
        'actionValidateOrderAfter' => [['order' => $order, 'orders' => [$order, $f->order(43)]], [
            ['order.created', 'order', '42', $isPaid, null],
            ['order.created', 'order', '43', ['reference' => 'REF43'] + $isPaid, null],
        ]],
        'actionObjectOrderAddAfter' => [['object' => $order], $created],
        'actionObjectOrderUpdateAfter' => [['object' => $order], $updated],
        'actionObjectOrderDeleteAfter' => [['object' => $order], [['order.deleted', 'order', '42', $isPaid, null]]],
        'actionSetInvoice' => [['Order' => $order, 'order' => $order], $updated],
        'actionOrderEdited' => [['order' => $order], $updated],
        'actionOrderSlipAdd' => [['order' => $order, 'productList' => [], 'qtyList' => []], $updated],
        'actionProductCancel' => [['order' => $order, 'id_order_detail' => 31], $updated],
        'actionPaymentConfirmation' => [['id_order' => 42], $updated],
        'actionObjectOrderPaymentAddAfter' => [['object' => OrderPayment::make(9, ['order_reference' => 'REF42'])], $updated],
        'actionOrderStatusPostUpdate' => [['id_order' => 42, 'newOrderStatus' => new OrderState(4), 'oldOrderStatus' => new OrderState(2)], [
            ['order.status_changed', 'order', '42', ['orderState' => $shipped] + $isPaid, ['orderState' => $isPaid['orderState']]],
        ]],
        'actionObjectOrderSlipAddAfter' => [['object' => $slip], [['refund.created', 'order_slip', '71', ['orderId' => '42'], null]]],
        'actionOrderReturn' => [['orderReturn' => $return], [['return.requested', 'order_return', '81', $returned, null]]],
        'actionObjectOrderReturnUpdateAfter' => [['object' => $return], [['return.updated', 'order_return', '81', $returned, null]]],
        'actionObjectOrderCarrierUpdateAfter' => [['object' => $carrier], [['fulfillment.updated', 'order_carrier', '542', ['orderId' => '42'], null]]],
        'actionAdminOrdersTrackingNumberUpdate' => [['order' => $order, 'customer' => $customer, 'carrier' => null], [
            ['fulfillment.updated', 'order_carrier', '542', ['orderId' => '42'], null],
        ]],
        'actionObjectOrderStateAddAfter' => [['object' => new OrderState(4)], [['order_state.saved', 'order_state', '4', ['orderState' => $shipped], null]]],
        'actionObjectOrderStateUpdateAfter' => [['object' => new OrderState(4)], [['order_state.saved', 'order_state', '4', ['orderState' => $shipped], null]]],
        'actionProductAdd' => [['id_product' => 12, 'product' => $product], $saved],
        'actionProductSave' => [['id_product' => '12', 'product' => $product], $saved],
        'actionProductUpdate' => [['id_product' => 12], $saved],
        'actionObjectProductAddAfter' => [['object' => $product], $saved],
        'actionObjectProductUpdateAfter' => [['object' => $product], $saved],
        'actionProductDelete' => [['id_product' => 12, 'product' => $product], [['product.deleted', 'product', '12', [], null]]],
        'actionObjectProductDeleteAfter' => [['object' => $product], [['product.deleted', 'product', '12', [], null]]],
        'actionProductAttributeUpdate' => [['id_product_attribute' => 34], [['combination.saved', 'combination', '34', ['productId' => '12'], null]]],
        'actionObjectCombinationAddAfter' => [['object' => $combination], [['combination.saved', 'combination', '34', ['productId' => '12'], null]]],
        'actionObjectCombinationUpdateAfter' => [['object' => $combination], [['combination.saved', 'combination', '34', ['productId' => '12'], null]]],
        'actionProductAttributeDelete' => [['id_product_attribute' => 34, 'id_product' => 12, 'deleteAllAttributes' => false], [
            ['combination.deleted', 'combination', '34', ['productId' => '12'], null],
        ]],
        'actionObjectCombinationDeleteAfter' => [['object' => $combination], [['combination.deleted', 'combination', '34', ['productId' => '12'], null]]],
        'actionUpdateQuantity' => [['id_product' => 12, 'id_product_attribute' => 34, 'quantity' => 5, 'delta_quantity' => -2, 'id_shop' => 1], [
            ['stock.changed', 'stock_available', '12-34', $left, ['quantity' => 7]],
        ]],
        'actionObjectStockAvailableAddAfter' => [['object' => $stock], [['stock.changed', 'stock_available', '12-34', $left, null]]],
        'actionObjectStockAvailableUpdateAfter' => [['object' => $stock], [['stock.changed', 'stock_available', '12-34', $left, null]]],
        'actionObjectSpecificPriceAddAfter' => [['object' => $price], [['price.changed', 'specific_price', '61', $priced, null]]],
        'actionObjectSpecificPriceUpdateAfter' => [['object' => $price], [['price.changed', 'specific_price', '61', $priced, null]]],
        'actionObjectSpecificPriceDeleteAfter' => [['object' => $price], [['price.changed', 'specific_price', '61', ['deleted' => true] + $priced, null]]],
        'actionCustomerAccountAdd' => [['newCustomer' => $customer], [['customer.created', 'customer', '7', ['guest' => false], null]]],
        'actionObjectCustomerAddAfter' => [['object' => $customer], [['customer.created', 'customer', '7', ['guest' => false], null]]],
        'actionCustomerAccountUpdate' => [['customer' => $customer], [['customer.updated', 'customer', '7', ['guest' => false], null]]],
        'actionObjectCustomerUpdateAfter' => [['object' => $customer], [['customer.updated', 'customer', '7', ['guest' => false], null]]],
        'actionObjectCustomerDeleteAfter' => [['object' => $customer], [['customer.deleted', 'customer', '7', ['guest' => false], null]]],
        'actionObjectAddressAddAfter' => [['object' => $address], [['address.saved', 'address', '51', ['customerId' => '7'], null]]],
        'actionObjectAddressUpdateAfter' => [['object' => $address], [['address.saved', 'address', '51', ['customerId' => '7'], null]]],
        'actionObjectAddressDeleteAfter' => [['object' => $address], [['address.deleted', 'address', '51', ['customerId' => '7'], null]]],
        'actionCartSave' => [['cart' => $cart], [['cart.updated', 'cart', '65', ['customerId' => null], null]]],
        'actionNewsletterRegistrationAfter' => [['email' => 'ada@example.com', 'action' => '0', 'error' => null], [
            ['consent.changed', 'newsletter_subscriber', $hash, ['email' => 'ada@example.com', 'newsletter' => true, 'customerId' => '7'], null],
            ['customer.updated', 'customer', '7', ['guest' => false], null],
        ]],
        'actionDeleteGDPRCustomer' => [[['id' => 7, 'email' => 'ada@example.com']], [['privacy.customer_redacted', 'customer', '7', $redacted, null]]],
        'actionExportGDPRData' => [['email' => 'ada@example.com', 'id' => 7], [['privacy.data_requested', 'customer', '7', $redacted, null]]],
    ];
};

$sorted = function ($value) use (&$sorted) {
    if (is_array($value)) {
        ksort($value);
        $value = array_map($sorted, $value);
    }

    return $value;
};

$tests = [
    'every hook of the map is tried here and is named in the contract' => function () use ($cases) {
        $hooks = EventMap::hooks();
        $tried = array_keys($cases(new Fixture()));
        sort($hooks);
        sort($tried);
        check_same($hooks, $tried);
        $contract = (string) file_get_contents(dirname(__DIR__) . '/CONTRACT.md');
        foreach ($hooks as $hook) {
            // The contract writes actionObjectXAddAfter, ...UpdateAfter.
            $short = '...' . preg_replace('/^.*(Add|Update|Delete)After$/', '$1After', $hook);
            check(strpos($contract, "`$hook`") !== false || strpos($contract, "`$short`") !== false, "$hook is not in CONTRACT.md");
        }
    },
    'every type that is sent has a line in the contract' => function () use ($cases) {
        $contract = (string) file_get_contents(dirname(__DIR__) . '/CONTRACT.md');
        foreach ($cases(new Fixture()) as $case) {
            foreach ($case[1] as $event) {
                check(strpos($contract, "| `$event[0]` | `$event[1]` |") !== false, "$event[0] of $event[1]");
            }
        }
    },
];
foreach (EventMap::hooks() as $hook) {
    $tests["$hook becomes its events"] = function () use ($hook, $cases, $sorted) {
        $fixture = (new Fixture())->connect();
        Configuration::$values['ENTREPOT_CARTS||'] = '1';
        list($params, $expected) = $cases($fixture)[$hook];
        Hook::exec($hook, $params);
        check_same([], PrestaShopLogger::$messages);
        $actual = array_map(function ($event) use ($hook) {
            check_same($hook, $event['hook']);
            check_same('1', $event['shop']['id']);

            return [$event['eventType'], $event['object']['type'], $event['object']['externalId'], $event['payload'], $event['previous']];
        }, $fixture->events());
        check_same($sorted($expected), $sorted($actual));
    };
    $tests["$hook without anything to tell gives nothing and breaks nothing"] = function () use ($hook) {
        $fixture = (new Fixture())->connect();
        foreach ([[], ['object' => null, 'order' => new Order(), 'id_order' => 'x', 'id_product' => null, 'quantity' => null, 'email' => ''], ['object' => new stdClass()]] as $params) {
            Hook::exec($hook, $params);
        }
        check_same([], PrestaShopLogger::$messages);
        check_same([], $fixture->recorded());
    };
}

return $tests;
