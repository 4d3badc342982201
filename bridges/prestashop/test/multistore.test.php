<?php

$fixture = function (): Fixture {
    $f = new Fixture([1 => 1, 2 => 1, 3 => 2]);

    return $f->connect('https://hub.example/webhooks/prestashop/one', 1)->connect('https://hub.example/webhooks/prestashop/two', 2);
};

$shops = function (Fixture $f): array {
    return array_map(function ($event) {
        return $event['eventType'] . ' ' . $event['object']['externalId'] . ' @' . $event['shop']['id'];
    }, $f->events());
};

return [
    'an order belongs to its own shop, whatever the context' => function () use ($fixture, $shops) {
        $f = $fixture();
        Hook::exec('actionObjectOrderUpdateAfter', ['object' => $f->order(42, ['id_shop' => '2'])]);
        check_same(['order.updated 42 @2'], $shops($f));
        check_same(['id' => '2', 'idShopGroup' => '1', 'url' => 'https://shop2.example/'], array_slice($f->events()[0]['shop'], 0, 3));
    },
    'a product saved for all shops is told to each shop with a hub' => function () use ($fixture, $shops) {
        $f = $fixture();
        Shop::setContext(Shop::CONTEXT_ALL);
        Hook::exec('actionProductUpdate', ['id_product' => 12]);
        check_same(['product.saved 12 @1', 'product.saved 12 @2'], $shops($f));
    },
    'a product saved for one shop is told to that one' => function () use ($fixture, $shops) {
        $f = $fixture();
        Shop::setContext(Shop::CONTEXT_SHOP, 2);
        Hook::exec('actionProductUpdate', ['id_product' => 12]);
        check_same(['product.saved 12 @2'], $shops($f));
    },
    'a shop without a hub writes nothing' => function () use ($fixture, $shops) {
        $f = $fixture();
        Hook::exec('actionObjectOrderUpdateAfter', ['object' => $f->order(42, ['id_shop' => '3'])]);
        check_same([], $shops($f));
        Configuration::$values['ENTREPOT_URL||3'] = 'https://hub.example/webhooks/prestashop/three';
        Hook::exec('actionObjectOrderUpdateAfter', ['object' => $f->order(42, ['id_shop' => '3'])]);
        check_same([], $shops($f), 'a URL without a secret is no hub');
    },
    'a shop inherits the settings of its group and of all shops' => function () use ($fixture, $shops) {
        $f = $fixture();
        Configuration::$values['ENTREPOT_URL|2|'] = 'https://hub.example/webhooks/prestashop/group';
        Configuration::$values['ENTREPOT_SECRET||'] = base64_encode('secret of all shops');
        Hook::exec('actionObjectOrderUpdateAfter', ['object' => $f->order(42, ['id_shop' => '3'])]);
        $f->endRequest();
        check_same('https://hub.example/webhooks/prestashop/group', $f->hub->requests[0]['url']);
    },
    'each shop has its hub, its secret and its sequence' => function () use ($fixture) {
        $f = $fixture();
        foreach ([[1, 1], [2, 1], [3, 2]] as list($id, $shop)) {
            Hook::exec('actionObjectOrderUpdateAfter', ['object' => $f->order($id, ['id_shop' => (string) $shop])]);
        }
        $f->endRequest();
        $sent = array_map(function ($request) {
            $headers = $request['headers'];
            $expected = 'sha256=' . hash_hmac('sha256', $headers['X-Entrepot-Timestamp'] . '.' . $request['body'], Fixture::SECRET . ($headers['X-Entrepot-Shop-Id'] === '2' ? '2' : ''));
            check_same($expected, $headers['X-Entrepot-Signature']);

            return [basename($request['url']), $headers['X-Entrepot-Shop-Id'], $headers['X-Entrepot-Sequence']];
        }, $f->hub->requests);
        check_same([['one', '1', '1'], ['one', '1', '2'], ['two', '2', '1']], $sent);
    },
    'cron serves all shops, one with a dead hub does not hold up the others' => function () use ($fixture) {
        $f = $fixture();
        foreach ([1, 2] as $shop) {
            Hook::exec('actionObjectOrderUpdateAfter', ['object' => $f->order(40 + $shop, ['id_shop' => (string) $shop])]);
        }
        $f->clock->now += 60000;
        $f->hub->answers = [new Entrepot\Bridge\Response(0, null, 'refused')];
        check_same(['sent' => 1, 'retried' => 1, 'failed' => 0], $f->cron()['body']);
        check_same(['pending', 'sent'], array_column($f->rows(), 'status'));
    },
    'stock that a group shares is told to each shop of the group' => function () use ($fixture, $shops) {
        $f = $fixture();
        $row = ['id_product' => 12, 'id_product_attribute' => 34, 'id_shop' => 0, 'id_shop_group' => 1, 'quantity' => 5];
        $stock = StockAvailable::make(90, $row);
        Hook::exec('actionObjectStockAvailableUpdateAfter', ['object' => $stock]);
        Hook::exec('actionUpdateQuantity', ['id_product' => 12, 'id_product_attribute' => 34, 'quantity' => 5]);
        check_same(['stock.changed 12-34 @1', 'stock.changed 12-34 @2'], $shops($f));
        check_same(['0', '1'], [$f->events()[0]['payload']['idShop'], $f->events()[0]['payload']['idShopGroup']]);
    },
    'a price of one shop is told to that shop, one of all shops to each' => function () use ($fixture, $shops) {
        $f = $fixture();
        Shop::setContext(Shop::CONTEXT_ALL);
        foreach ([61 => '2', 62 => '0'] as $id => $shop) {
            $row = ['id_product' => '12', 'id_product_attribute' => '0', 'id_shop' => $shop];
            Hook::exec('actionObjectSpecificPriceAddAfter', ['object' => SpecificPrice::make($id, $row)]);
        }
        check_same(['price.changed 61 @2', 'price.changed 62 @1', 'price.changed 62 @2'], $shops($f));
    },
    'settings are saved for the shop that is chosen' => function () use ($fixture) {
        $f = $fixture();
        Shop::setContext(Shop::CONTEXT_SHOP, 2);
        Tools::$request = ['submitEntrepot' => '1', 'ENTREPOT_URL' => 'https://new.example/w', 'ENTREPOT_SECRET' => 'another-long-secret', 'ENTREPOT_CARTS' => '1'];
        $f->module->getContent();
        $configuration = $f->module->bridge()->configuration();
        check_same(['https://new.example/w', 'another-long-secret', true, false], [
            $configuration->settings(2)->url, $configuration->settings(2)->secret, $configuration->settings(2)->carts, $configuration->settings(2)->atRequestEnd,
        ]);
        check_same(['https://hub.example/webhooks/prestashop/one', Fixture::SECRET, false, true], [
            $configuration->settings(1)->url, $configuration->settings(1)->secret, $configuration->settings(1)->carts, $configuration->settings(1)->atRequestEnd,
        ]);
    },
];
