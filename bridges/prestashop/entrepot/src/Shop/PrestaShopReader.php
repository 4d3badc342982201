<?php
/**
 * @author    Entrepot contributors
 * @copyright Entrepot contributors
 * @license   https://www.apache.org/licenses/LICENSE-2.0 Apache License 2.0
 */

namespace Entrepot\Bridge\Shop;

use Entrepot\Bridge\ShopReader;

if (!defined('_PS_VERSION_')) {
    exit;
}

final class PrestaShopReader implements ShopReader
{
    /** Configured states by their role: PS_OS_<ROLE>. */
    const ROLES = [
        'CHEQUE', 'PAYMENT', 'PREPARATION', 'SHIPPING', 'DELIVERED', 'CANCELED', 'REFUND', 'ERROR', 'OUTOFSTOCK',
        'OUTOFSTOCK_PAID', 'OUTOFSTOCK_UNPAID', 'BANKWIRE', 'WS_PAYMENT', 'COD_VALIDATION',
    ];

    /** @var array<int, array<string, string>> */
    private $described = [];

    public function shopsInContext(): array
    {
        return array_map('intval', array_values(\Shop::getContextListShopID()));
    }

    public function contextShop(): int
    {
        return (int) \Context::getContext()->shop->id;
    }

    public function shopsOfGroup(int $groupId): array
    {
        if ($groupId === 0) {
            return [$this->contextShop()];
        }

        return array_map('intval', array_values(\Shop::getShops(true, $groupId, true)));
    }

    public function order(int $id)
    {
        return self::loaded($id > 0 ? new \Order($id) : null);
    }

    public function ordersOfReference(string $reference): array
    {
        $ids = [];
        foreach (\Order::getByReference($reference) as $order) {
            $ids[] = (int) $order->id;
        }

        return $ids;
    }

    public function orderState($state)
    {
        $state = self::loaded(is_object($state) ? $state : new \OrderState((int) $state));
        if ($state === null) {
            return null;
        }
        $name = $state->name;
        if (is_array($name)) {
            $name = $name[(int) \Configuration::get('PS_LANG_DEFAULT')] ?? reset($name);
        }

        return [
            'id' => (string) (int) $state->id,
            'name' => (string) $name,
            'role' => self::role((int) $state->id),
            'paid' => (bool) $state->paid,
            'shipped' => (bool) $state->shipped,
            'delivery' => (bool) $state->delivery,
            'logable' => (bool) $state->logable,
            'invoice' => (bool) $state->invoice,
        ];
    }

    public function carrierRowOfOrder(int $orderId): int
    {
        $order = $this->order($orderId);

        return $order === null ? 0 : (int) $order->getIdOrderCarrier();
    }

    public function returnLines(int $returnId): array
    {
        $lines = [];
        foreach (\OrderReturn::getOrdersReturnDetail($returnId) ?: [] as $row) {
            $lines[] = ['orderDetailId' => (string) $row['id_order_detail'], 'quantity' => (int) $row['product_quantity']];
        }

        return $lines;
    }

    public function stockRow(int $productId, int $combinationId, int $shopId)
    {
        $id = (int) \StockAvailable::getStockAvailableIdByProductId($productId, $combinationId, $shopId);
        $row = self::loaded($id > 0 ? new \StockAvailable($id) : null);

        return $row === null ? null : [
            'id_stock_available' => $id,
            'id_shop' => (int) $row->id_shop,
            'id_shop_group' => (int) $row->id_shop_group,
        ];
    }

    public function hasCombinations(int $productId): bool
    {
        return self::number('SELECT `id_product_attribute` FROM `%sproduct_attribute` WHERE `id_product` = %d', $productId) > 0;
    }

    public function productOfCombination(int $combinationId): int
    {
        return self::number('SELECT `id_product` FROM `%sproduct_attribute` WHERE `id_product_attribute` = %d', $combinationId);
    }

    public function customerByEmail(string $email): int
    {
        return \Validate::isEmail($email) ? (int) \Customer::customerExists($email, true) : 0;
    }

    public function shopOfCustomer(int $customerId): int
    {
        return self::number('SELECT `id_shop` FROM `%scustomer` WHERE `id_customer` = %d', $customerId);
    }

    public function describeShop(int $shopId): array
    {
        if (!isset($this->described[$shopId])) {
            $this->described[$shopId] = $this->readShop($shopId);
        }

        return $this->described[$shopId];
    }

    private function readShop(int $shopId): array
    {
        $shop = new \Shop($shopId);
        $secure = ShopConfiguration::value('PS_SSL_ENABLED', $shopId) === '1';
        $currency = new \Currency((int) ShopConfiguration::value('PS_CURRENCY_DEFAULT', $shopId));

        return [
            'id' => (string) $shopId,
            'idShopGroup' => (string) (int) $shop->id_shop_group,
            'url' => ($secure ? 'https://' . $shop->domain_ssl : 'http://' . $shop->domain) . $shop->physical_uri . $shop->virtual_uri,
            'timezone' => ShopConfiguration::value('PS_TIMEZONE', $shopId),
            'currency' => (string) $currency->iso_code,
            'idLang' => ShopConfiguration::value('PS_LANG_DEFAULT', $shopId),
            'weightUnit' => ShopConfiguration::value('PS_WEIGHT_UNIT', $shopId),
            'dimensionUnit' => ShopConfiguration::value('PS_DIMENSION_UNIT', $shopId),
            'stateRoles' => (object) self::roles($shopId),
        ];
    }

    /** @return array<string, string> role by state id; of several roles of one state the first counts */
    private static function roles(int $shopId): array
    {
        $roles = [];
        foreach (array_reverse(self::ROLES) as $role) {
            $id = (int) ShopConfiguration::value('PS_OS_' . $role, $shopId);
            if ($id > 0) {
                $roles[(string) $id] = strtolower($role);
            }
        }

        return $roles;
    }

    /** @return string|null */
    private static function role(int $stateId)
    {
        foreach (self::ROLES as $role) {
            if ((int) \Configuration::get('PS_OS_' . $role) === $stateId) {
                return strtolower($role);
            }
        }

        return null;
    }

    private static function number(string $sql, int $id): int
    {
        return (int) \Db::getInstance()->getValue(sprintf($sql, _DB_PREFIX_, $id), false);
    }

    /** @return object|null */
    private static function loaded($object)
    {
        return \Validate::isLoadedObject($object) ? $object : null;
    }
}
