<?php
// A shop with the module installed, a hub that answers as told, and a clock that stands still.

use Entrepot\Bridge\Clock;
use Entrepot\Bridge\Response;
use Entrepot\Bridge\Shop\Bridge;
use Entrepot\Bridge\Transport;

require_once dirname(__DIR__) . '/entrepot/entrepot.php';
require_once dirname(__DIR__) . '/entrepot/controllers/front/cron.php';

final class FakeClock implements Clock
{
    public $now = 1772352931000;

    public function nowMs(): int
    {
        return $this->now;
    }
}

final class FakeHub implements Transport
{
    /** @var array<int, array{url: string, headers: array<string, string>, body: string, timeoutMs: int}> */
    public $requests = [];

    /** @var Response[] answers in order; then 200 */
    public $answers = [];

    public function post(string $url, array $headers, string $body, int $connectTimeoutMs, int $timeoutMs): Response
    {
        $this->requests[] = ['url' => $url, 'headers' => $headers, 'body' => $body, 'timeoutMs' => $timeoutMs];

        return array_shift($this->answers) ?? new Response(200);
    }

    /** @return array<int, array<string, mixed>> */
    public function bodies(): array
    {
        return array_map(function ($request) {
            return json_decode($request['body'], true);
        }, $this->requests);
    }

    /** @return string[] "type externalId" */
    public function heard(): array
    {
        return array_map(function ($body) {
            return $body['eventType'] . ' ' . $body['object']['externalId'];
        }, $this->bodies());
    }
}

final class Fixture
{
    const SECRET = 'ps-bridge-secret';

    public $clock;
    public $hub;
    public $module;

    /** @param array<int, int> $shops group by shop */
    public function __construct(array $shops = [1 => 1])
    {
        Db::reset();
        Db::getInstance()->execute('CREATE TABLE IF NOT EXISTS `ps_product_attribute` (`id_product_attribute` INT, `id_product` INT)');
        Db::getInstance()->execute('CREATE TABLE IF NOT EXISTS `ps_customer` (`id_customer` INT, `id_shop` INT)');
        ObjectModel::$rows = [];
        PrestaShopLogger::$messages = [];
        Hook::$modules = [];
        Tools::$request = [];
        Shop::$groups = $shops;
        Shop::setContext(Shop::CONTEXT_SHOP, 1);
        Configuration::$values = [
            'PS_TIMEZONE||' => 'Europe/Paris', 'PS_CURRENCY_DEFAULT||' => '1', 'PS_LANG_DEFAULT||' => '1', 'PS_WEIGHT_UNIT||' => 'kg',
            'PS_DIMENSION_UNIT||' => 'cm', 'PS_SSL_ENABLED||' => '1', 'PS_OS_PAYMENT||' => '2', 'PS_OS_SHIPPING||' => '4',
        ];
        Currency::make(1, ['iso_code' => 'EUR']);
        $flags = ['logable' => '1', 'invoice' => '1'];
        OrderState::make(2, $flags + ['name' => 'Paiement accepté', 'paid' => '1', 'shipped' => '0', 'delivery' => '0']);
        OrderState::make(4, $flags + ['name' => [1 => 'Expédié', 2 => 'Shipped'], 'paid' => '1', 'shipped' => '1', 'delivery' => '1']);
        $this->clock = new FakeClock();
        $this->hub = new FakeHub();
        $this->module = new Entrepot();
        check($this->module->install(), 'install failed');
        $this->reload();
    }

    /** What a new request of the shop starts with. */
    public function reload()
    {
        $this->module->setBridge(new Bridge($this->module->version, $this->clock, $this->hub));
    }

    /** @return $this */
    public function connect(string $url = 'https://hub.example/webhooks/prestashop/acme', int $shopId = 0)
    {
        $scope = $shopId === 0 ? '' : $shopId;
        Configuration::$values["ENTREPOT_URL||$scope"] = $url;
        Configuration::$values["ENTREPOT_SECRET||$scope"] = base64_encode(self::SECRET . ($shopId > 1 ? $shopId : ''));

        return $this;
    }

    public function order(int $id, array $row = []): Order
    {
        return Order::make($id, $row + ['reference' => "REF$id", 'id_shop' => '1', 'id_customer' => '7', 'current_state' => '2']);
    }

    /** @return array<int, array<string, string>> */
    public function rows(): array
    {
        return Db::getInstance()->executeS('SELECT * FROM `ps_entrepot_outbox` ORDER BY `id`');
    }

    /** @return array<int, array<string, mixed>> bodies of the outbox */
    public function events(): array
    {
        return array_map(function ($row) {
            return json_decode($row['body'], true);
        }, $this->rows());
    }

    /** @return string[] "type externalId" per row */
    public function recorded(): array
    {
        return array_map(function ($row) {
            return $row['event_type'] . ' ' . $row['object_id'];
        }, $this->rows());
    }

    public function cron(): array
    {
        return $this->module->bridge()->cron(Configuration::getGlobalValue('ENTREPOT_CRON_TOKEN'));
    }

    public function endRequest()
    {
        $this->module->flushAtEnd();
        $this->reload();
    }
}
