<?php
// One PHP process of a shop with the real clock and transport, for tests from outside. Settings come as JSON in argument 1:
//   task       "order": an order is placed and the request ends; "cron": one run of cron; "post": one bare request
//   url, secret, previousSecret
//   transport  "curl" or "stream"
//   laterMs    the clock of this process is ahead by this
// It prints JSON when everything else is over.

use Entrepot\Bridge\Clock;
use Entrepot\Bridge\CurlTransport;
use Entrepot\Bridge\Shop\Bridge;
use Entrepot\Bridge\StreamTransport;

require __DIR__ . '/check.php';
require __DIR__ . '/shop.php';
require __DIR__ . '/fixture.php';

$job = json_decode($argv[1], true) + ['previousSecret' => '', 'transport' => 'curl', 'laterMs' => 0];

$clock = new class($job['laterMs']) implements Clock {
    private $laterMs;

    public function __construct(int $laterMs)
    {
        $this->laterMs = $laterMs;
    }

    public function nowMs(): int
    {
        return (int) round(microtime(true) * 1000) + $this->laterMs;
    }
};
$transport = $job['transport'] === 'curl' ? new CurlTransport() : new StreamTransport();

if ($job['task'] === 'post') {
    $startedAt = microtime(true);
    $response = $transport->post($job['url'], ['Content-Type' => 'application/json'], '{}', 300, 500);
    echo json_encode(['response' => $response, 'tookMs' => (int) ((microtime(true) - $startedAt) * 1000)]);
    exit;
}

$fixture = new Fixture();
$fixture->connect($job['url']);
Configuration::$values['ENTREPOT_SECRET||'] = base64_encode($job['secret']);
Configuration::$values['ENTREPOT_SECRET_PREVIOUS||'] = base64_encode($job['previousSecret']);
$fixture->module->setBridge(new Bridge($fixture->module->version, $clock, $transport));

$result = [];
if ($job['task'] === 'cron') {
    $result['cron'] = $fixture->cron();
} else {
    $order = $fixture->order(42, ['current_state' => '0']);
    Hook::exec('actionObjectOrderAddAfter', ['object' => $order]);
    Hook::exec('actionOrderStatusPostUpdate', ['id_order' => 42, 'newOrderStatus' => new OrderState(2), 'oldOrderStatus' => new OrderState(4)]);
    $stock = ['id_product' => 12, 'id_product_attribute' => 0, 'id_shop' => 1, 'id_shop_group' => 1, 'quantity' => 4];
    Hook::exec('actionObjectStockAvailableUpdateAfter', ['object' => StockAvailable::make(90, $stock)]);
    Hook::exec('actionUpdateQuantity', ['id_product' => 12, 'id_product_attribute' => 0, 'quantity' => 4, 'delta_quantity' => -1, 'id_shop' => 1]);
}

// Registered after the module's own function, hence it runs when the module has sent.
register_shutdown_function(function () use ($fixture, $result) {
    echo json_encode($result + ['log' => PrestaShopLogger::$messages, 'status' => $fixture->module->bridge()->desk()->status(1)]);
});
