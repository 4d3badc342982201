<?php
// Objects of the shop. Each class keeps its rows by id; "new Order(42)" finds them there.

abstract class ObjectModel
{
    /** @var array<string, array<int, array<string, mixed>>> rows by class and id */
    public static $rows = [];

    public $id;

    public function __construct($id = null, $idLang = null)
    {
        $row = self::$rows[static::class][(int) $id] ?? null;
        if ($row !== null) {
            $this->id = (int) $id;
            foreach ($row as $name => $value) {
                $this->$name = $value;
            }
        }
    }

    /** @return static */
    public static function make(int $id, array $row)
    {
        self::$rows[static::class][$id] = $row;

        return new static($id);
    }
}

class Validate
{
    public static function isLoadedObject($object)
    {
        return is_object($object) && $object->id;
    }

    public static function isEmail($email)
    {
        return strpos($email, '@') > 0;
    }
}

class Order extends ObjectModel
{
    public $reference;
    public $id_shop;
    public $id_customer;
    public $current_state;

    public static function getByReference($reference)
    {
        $orders = [];
        foreach (ObjectModel::$rows['Order'] ?? [] as $id => $row) {
            if ($row['reference'] === $reference) {
                $orders[] = new Order($id);
            }
        }

        return new ArrayIterator($orders);
    }

    public function getIdOrderCarrier()
    {
        return (string) ($this->id + 500);
    }
}

class OrderState extends ObjectModel
{
    public $name;
    public $paid;
    public $shipped;
    public $delivery;
    public $logable;
    public $invoice;
}

class OrderReturn extends ObjectModel
{
    public $id_order;
    public $id_customer;
    public $state;
    public $question;

    public static function getOrdersReturnDetail($id)
    {
        return [['id_order_detail' => '31', 'product_quantity' => '2']];
    }
}

class OrderSlip extends ObjectModel
{
    public $id_order;
}

class OrderCarrier extends ObjectModel
{
    public $id_order;
}

class OrderPayment extends ObjectModel
{
    public $order_reference;
}

class Product extends ObjectModel
{
}

class Combination extends ObjectModel
{
    public $id_product;
}

class SpecificPrice extends ObjectModel
{
    public $id_product;
    public $id_product_attribute;
    public $id_shop;
}

class StockAvailable extends ObjectModel
{
    public $id_product;
    public $id_product_attribute;
    public $id_shop;
    public $id_shop_group;
    public $quantity;

    public static function getStockAvailableIdByProductId($productId, $combinationId = null, $shopId = null)
    {
        foreach (ObjectModel::$rows['StockAvailable'] ?? [] as $id => $row) {
            $isShop = $row['id_shop'] === $shopId || ($row['id_shop'] === 0 && $row['id_shop_group'] === Shop::$groups[$shopId]);
            if ($row['id_product'] === $productId && $row['id_product_attribute'] === $combinationId && $isShop) {
                return (string) $id;
            }
        }

        return false;
    }
}

class Customer extends ObjectModel
{
    public $id_shop;
    public $email;
    public $is_guest;

    public static function customerExists($email, $returnId = false, $ignoreGuest = true)
    {
        foreach (ObjectModel::$rows['Customer'] ?? [] as $id => $row) {
            if ($row['email'] === $email) {
                return $id;
            }
        }

        return 0;
    }
}

class Address extends ObjectModel
{
    public $id_customer;
}

class Cart extends ObjectModel
{
    public $id_shop;
    public $id_customer;
}

class Currency extends ObjectModel
{
    public $iso_code;
}
