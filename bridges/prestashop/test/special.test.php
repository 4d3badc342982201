<?php
// Hooks whose parameters differ between versions of the shop, and values that mean something special.

return [
    'an order by Webservice or module, without a list of orders' => function () {
        $f = (new Fixture())->connect();
        Hook::exec('actionValidateOrderAfter', ['order' => $f->order(42)]);
        check_same(['order.created 42'], $f->recorded());
    },
    'a payment reaches every order of its reference' => function () {
        $f = (new Fixture())->connect();
        $f->order(42, ['reference' => 'SAME']);
        $f->order(43, ['reference' => 'SAME']);
        $f->order(44);
        Hook::exec('actionObjectOrderPaymentAddAfter', ['object' => OrderPayment::make(9, ['order_reference' => 'SAME'])]);
        check_same(['order.updated 42', 'order.updated 43'], $f->recorded());
    },
    'an order state of the merchant has no role' => function () {
        $f = (new Fixture())->connect();
        OrderState::make(20, ['name' => 'Gravure', 'paid' => '1', 'shipped' => '0', 'delivery' => '0', 'logable' => '1', 'invoice' => '0']);
        Hook::exec('actionObjectOrderUpdateAfter', ['object' => $f->order(42, ['current_state' => '20'])]);
        check_same([null, 'Gravure', true], [
            $f->events()[0]['payload']['orderState']['role'], $f->events()[0]['payload']['orderState']['name'], $f->events()[0]['payload']['orderState']['paid'],
        ]);
    },
    'a name that is not UTF-8 does not stop the event' => function () {
        $f = (new Fixture())->connect();
        OrderState::make(20, ['name' => "Exp\xE9di\xE9", 'paid' => '1', 'shipped' => '0', 'delivery' => '0', 'logable' => '1', 'invoice' => '0']);
        Hook::exec('actionObjectOrderUpdateAfter', ['object' => $f->order(42, ['current_state' => '20'])]);
        check_same('20', $f->events()[0]['payload']['orderState']['id']);
    },
    'all combinations deleted: the product was saved' => function () {
        $f = (new Fixture())->connect();
        Hook::exec('actionProductAttributeDelete', ['id_product_attribute' => 0, 'id_product' => 12, 'deleteAllAttributes' => true]);
        check_same(['product.saved 12'], $f->recorded());
    },
    'the own row of a product with combinations is marked as a sum' => function () {
        $f = (new Fixture())->connect();
        Db::getInstance()->execute('INSERT INTO `ps_product_attribute` VALUES (34, 12)');
        foreach ([12, 13] as $product) {
            $row = ['id_product' => $product, 'id_product_attribute' => 0, 'id_shop' => 1, 'id_shop_group' => 0, 'quantity' => -3];
            Hook::exec('actionObjectStockAvailableUpdateAfter', ['object' => StockAvailable::make(90 + $product, $row)]);
        }
        check_same([[true, -3], [false, -3]], array_map(function ($event) {
            return [$event['payload']['isSum'], $event['payload']['quantity']];
        }, $f->events()));
    },
    'addresses of suppliers are nobody else\'s business' => function () {
        $f = (new Fixture())->connect();
        Hook::exec('actionObjectAddressAddAfter', ['object' => Address::make(51, ['id_customer' => '0'])]);
        check_same([], $f->recorded());
    },
    'carts are only sent on demand' => function () {
        $f = (new Fixture())->connect();
        $cart = Cart::make(65, ['id_shop' => '1', 'id_customer' => '7']);
        Hook::exec('actionCartSave', ['cart' => $cart]);
        check_same([], $f->recorded());
    },
    'newsletter: both spellings, and a refusal of the form is none' => function () {
        $f = (new Fixture())->connect();
        foreach (['0' => null, '1' => null, 'unsubscribe' => null, 'subscribe' => null, '2' => null] as $action => $error) {
            $f->reload();
            Hook::exec('actionNewsletterRegistrationAfter', ['email' => 'ada@example.com', 'action' => $action, 'error' => $error]);
        }
        Hook::exec('actionNewsletterRegistrationAfter', ['email' => 'ada@example.com', 'action' => '0', 'error' => 'already registered']);
        check_same([true, false, false, true], array_map(function ($event) {
            return $event['payload']['newsletter'];
        }, $f->events()));
    },
    'privacy: plain array, nested array, object, and a visitor without an account' => function () {
        $f = (new Fixture())->connect();
        Customer::make(7, ['id_shop' => '1', 'email' => 'ada@example.com', 'is_guest' => '0']);
        foreach ([['email' => 'ada@example.com'], [['id' => '7', 'email' => 'ada@example.com']], ['id_customer' => 7, 'email' => 'ada@example.com']] as $params) {
            $f->reload();
            Hook::exec('actionDeleteGDPRCustomer', $params);
        }
        $f->module->hookActionDeleteGDPRCustomer((object) ['email' => 'Bob@example.com']);
        check_same([], PrestaShopLogger::$messages);
        $redacted = 'privacy.customer_redacted ';
        check_same([$redacted . '7', $redacted . '7', $redacted . '7', $redacted . hash('sha256', 'bob@example.com')], $f->recorded());
        check_same('[]', Hook::exec('actionExportGDPRData', ['email' => 'ada@example.com']));
    },
    'the erasure of a customer deletes finished rows about them' => function () {
        $f = (new Fixture())->connect();
        $customer = Customer::make(7, ['id_shop' => '1', 'email' => 'ada@example.com', 'is_guest' => '0']);
        Hook::exec('actionNewsletterRegistrationAfter', ['email' => 'ADA@example.com', 'action' => '0', 'error' => null]);
        Hook::exec('actionObjectCustomerUpdateAfter', ['object' => $customer]);
        $f->endRequest();
        Hook::exec('actionDeleteGDPRCustomer', ['id' => 7, 'email' => 'ada@example.com']);
        check_same(['privacy.customer_redacted 7'], $f->recorded());
    },
];
