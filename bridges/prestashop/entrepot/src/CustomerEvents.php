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

/** Customers, addresses, carts, consent and privacy requests. */
final class CustomerEvents
{
    const HOOKS = [
        'actionCustomerAccountAdd' => ['customer', 'customer.created'],
        'actionObjectCustomerAddAfter' => ['customer', 'customer.created'],
        'actionCustomerAccountUpdate' => ['customer', 'customer.updated'],
        'actionObjectCustomerUpdateAfter' => ['customer', 'customer.updated'],
        'actionObjectCustomerDeleteAfter' => ['customer', 'customer.deleted'],
        'actionObjectAddressAddAfter' => ['address', 'address.saved'],
        'actionObjectAddressUpdateAfter' => ['address', 'address.saved'],
        'actionObjectAddressDeleteAfter' => ['address', 'address.deleted'],
        'actionCartSave' => ['cart', 'cart.updated'],
        'actionNewsletterRegistrationAfter' => ['newsletter', 'consent.changed'],
        'actionDeleteGDPRCustomer' => ['privacy', 'privacy.customer_redacted'],
        'actionExportGDPRData' => ['privacy', 'privacy.data_requested'],
    ];

    /** @var ShopReader */
    private $shop;

    public function __construct(ShopReader $shop)
    {
        $this->shop = $shop;
    }

    public static function emailKey(string $email): string
    {
        return hash('sha256', strtolower($email));
    }

    public function customer(string $type, array $params): array
    {
        $customer = Params::loaded($params, ['object', 'newCustomer', 'customer']);
        if ($customer === null) {
            return [];
        }
        $payload = ['guest' => Params::field($customer, 'is_guest') === 1];

        return [new Event($type, ['customer', (string) (int) $customer->id], $this->shopOf($customer), $payload)];
    }

    /** Manufacturers, suppliers and warehouses have addresses too. */
    public function address(string $type, array $params): array
    {
        $address = Params::loaded($params, ['object']);
        $customerId = $address === null ? 0 : Params::field($address, 'id_customer');
        if ($customerId === 0) {
            return [];
        }
        $shopId = $this->shop->shopOfCustomer($customerId);
        $payload = ['customerId' => (string) $customerId];

        return [new Event($type, ['address', (string) (int) $address->id], $shopId > 0 ? $shopId : $this->shop->contextShop(), $payload)];
    }

    public function cart(string $type, array $params): array
    {
        $cart = Params::loaded($params, ['cart', 'object']);
        if ($cart === null) {
            return [];
        }
        $payload = ['customerId' => Params::idOrNull(Params::field($cart, 'id_customer'))];

        return [new Event($type, ['cart', (string) (int) $cart->id], $this->shopOf($cart), $payload)];
    }

    public function newsletter(string $type, array $params): array
    {
        $email = isset($params['email']) && is_string($params['email']) ? trim($params['email']) : '';
        if ($email === '' || !empty($params['error']) || !isset($params['action'])) {
            return [];
        }
        // The block's form sends 0 to subscribe and 1 to unsubscribe; other modules spell it out.
        $action = (string) $params['action'];
        $subscribed = $action === '0' || $action === 'subscribe';
        if (!$subscribed && $action !== '1' && $action !== 'unsubscribe') {
            return [];
        }
        $customerId = $this->shop->customerByEmail($email);
        $payload = ['email' => $email, 'newsletter' => $subscribed, 'customerId' => Params::idOrNull($customerId)];
        $shopId = $this->shop->contextShop();
        $events = [new Event($type, ['newsletter_subscriber', self::emailKey($email)], $shopId, $payload)];
        if ($customerId > 0) {
            $events[] = new Event('customer.updated', ['customer', (string) $customerId], $shopId, ['guest' => false]);
        }

        return $events;
    }

    /** The privacy module passes the customer as an array, newer versions inside another one. */
    public function privacy(string $type, array $params): array
    {
        $data = isset($params[0]) && is_array($params[0]) ? $params[0] : $params;
        $email = isset($data['email']) && is_string($data['email']) ? trim($data['email']) : '';
        $id = Params::id($data, 'id_customer') ?: Params::id($data, 'id');
        $id = $id === 0 && $email !== '' ? $this->shop->customerByEmail($email) : $id;
        if ($id === 0 && $email === '') {
            return [];
        }
        $payload = ['customerId' => Params::idOrNull($id), 'email' => $email === '' ? null : $email];
        $shopId = $id > 0 ? $this->shop->shopOfCustomer($id) : 0;
        $object = ['customer', $id > 0 ? (string) $id : self::emailKey($email)];

        return [new Event($type, $object, $shopId > 0 ? $shopId : $this->shop->contextShop(), $payload)];
    }

    private function shopOf($object): int
    {
        $id = Params::field($object, 'id_shop');

        return $id > 0 ? $id : $this->shop->contextShop();
    }
}
