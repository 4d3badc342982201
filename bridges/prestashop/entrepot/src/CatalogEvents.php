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

/** Products, combinations, stock and prices. */
final class CatalogEvents
{
    const HOOKS = [
        'actionProductAdd' => ['product', 'product.saved'],
        'actionProductSave' => ['product', 'product.saved'],
        'actionProductUpdate' => ['product', 'product.saved'],
        'actionObjectProductAddAfter' => ['product', 'product.saved'],
        'actionObjectProductUpdateAfter' => ['product', 'product.saved'],
        'actionProductDelete' => ['product', 'product.deleted'],
        'actionObjectProductDeleteAfter' => ['product', 'product.deleted'],
        'actionProductAttributeUpdate' => ['combination', 'combination.saved'],
        'actionObjectCombinationAddAfter' => ['combination', 'combination.saved'],
        'actionObjectCombinationUpdateAfter' => ['combination', 'combination.saved'],
        'actionProductAttributeDelete' => ['combination', 'combination.deleted'],
        'actionObjectCombinationDeleteAfter' => ['combination', 'combination.deleted'],
        'actionUpdateQuantity' => ['quantity', 'stock.changed'],
        'actionObjectStockAvailableAddAfter' => ['stockRow', 'stock.changed'],
        'actionObjectStockAvailableUpdateAfter' => ['stockRow', 'stock.changed'],
        'actionObjectSpecificPriceAddAfter' => ['price', 'price.changed'],
        'actionObjectSpecificPriceUpdateAfter' => ['price', 'price.changed'],
        'actionObjectSpecificPriceDeleteAfter' => ['priceDeleted', 'price.changed'],
    ];

    /** @var ShopReader */
    private $shop;

    public function __construct(ShopReader $shop)
    {
        $this->shop = $shop;
    }

    public function product(string $type, array $params): array
    {
        $product = Params::loaded($params, ['object', 'product']);
        $id = $product === null ? Params::id($params, 'id_product') : (int) $product->id;

        return $id === 0 ? [] : $this->inEachShop($type, ['product', (string) $id], []);
    }

    public function combination(string $type, array $params): array
    {
        $combination = Params::loaded($params, ['object']);
        $id = $combination === null ? Params::id($params, 'id_product_attribute') : (int) $combination->id;
        if ($id === 0) {
            // All combinations of a product at once.
            return empty($params['deleteAllAttributes']) ? [] : $this->product('product.saved', $params);
        }
        $productId = $combination === null ? Params::id($params, 'id_product') : Params::field($combination, 'id_product');
        $payload = ['productId' => Params::idOrNull($productId > 0 ? $productId : $this->shop->productOfCombination($id))];

        return $this->inEachShop($type, ['combination', (string) $id], $payload);
    }

    /** Not fired by every path of the shop, hence stockRow beside it. Only this one may know the difference. */
    public function quantity(string $type, array $params): array
    {
        $productId = Params::id($params, 'id_product');
        $combinationId = Params::id($params, 'id_product_attribute');
        if ($productId === 0 || !isset($params['quantity']) || !is_numeric($params['quantity'])) {
            return [];
        }
        $shopId = Params::id($params, 'id_shop');
        $shopId = $shopId > 0 ? $shopId : $this->shop->contextShop();
        $row = $this->shop->stockRow($productId, $combinationId, $shopId);
        $row = $row === null ? ['id_stock_available' => 0, 'id_shop' => $shopId, 'id_shop_group' => 0] : $row;
        $row['id_product'] = $productId;
        $row['id_product_attribute'] = $combinationId;
        $row['quantity'] = (int) $params['quantity'];
        $delta = $params['delta_quantity'] ?? null;
        $previous = is_numeric($delta) && (int) $delta !== 0 ? ['quantity' => $row['quantity'] - (int) $delta] : null;

        return $this->stock($type, $row, $previous);
    }

    public function stockRow(string $type, array $params): array
    {
        $object = Params::loaded($params, ['object']);
        if ($object === null || Params::field($object, 'id_product') === 0) {
            return [];
        }
        $row = ['id_stock_available' => (int) $object->id];
        foreach (['id_product', 'id_product_attribute', 'id_shop', 'id_shop_group', 'quantity'] as $column) {
            $row[$column] = Params::field($object, $column);
        }

        return $this->stock($type, $row, null);
    }

    public function price(string $type, array $params): array
    {
        return $this->specificPrice($type, $params, false);
    }

    public function priceDeleted(string $type, array $params): array
    {
        return $this->specificPrice($type, $params, true);
    }

    private function specificPrice(string $type, array $params, bool $deleted): array
    {
        $price = Params::loaded($params, ['object']);
        if ($price === null) {
            return [];
        }
        $payload = [
            'productId' => (string) Params::field($price, 'id_product'),
            'combinationId' => (string) Params::field($price, 'id_product_attribute'),
            'deleted' => $deleted,
        ];
        $shopId = Params::field($price, 'id_shop');
        $object = ['specific_price', (string) (int) $price->id];

        return $shopId > 0 ? [new Event($type, $object, $shopId, $payload)] : $this->inEachShop($type, $object, $payload);
    }

    /** @param array<string, mixed> $row columns of the shop's stock table */
    private function stock(string $type, array $row, ?array $previous): array
    {
        $combinationId = (int) $row['id_product_attribute'];
        $payload = [
            'productId' => (string) (int) $row['id_product'],
            'combinationId' => (string) $combinationId,
            'stockAvailableId' => Params::idOrNull((int) $row['id_stock_available']),
            'quantity' => (int) $row['quantity'],
            'idShop' => (string) (int) $row['id_shop'],
            'idShopGroup' => (string) (int) $row['id_shop_group'],
            'isSum' => $combinationId === 0 && $this->shop->hasCombinations((int) $row['id_product']),
        ];
        $object = ['stock_available', $payload['productId'] . '-' . $payload['combinationId']];
        // Shop 0: the shops of the group share the row.
        $shopIds = (int) $row['id_shop'] > 0 ? [(int) $row['id_shop']] : $this->shop->shopsOfGroup((int) $row['id_shop_group']);
        $events = [];
        foreach ($shopIds as $shopId) {
            $events[] = new Event($type, $object, $shopId, $payload, $previous);
        }

        return $events;
    }

    private function inEachShop(string $type, array $object, array $payload): array
    {
        $events = [];
        foreach ($this->shop->shopsInContext() as $shopId) {
            $events[] = new Event($type, $object, $shopId, $payload);
        }

        return $events;
    }
}
