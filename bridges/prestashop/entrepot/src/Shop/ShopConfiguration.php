<?php
/**
 * @author    Entrepot contributors
 * @copyright Entrepot contributors
 * @license   https://www.apache.org/licenses/LICENSE-2.0 Apache License 2.0
 */

namespace Entrepot\Bridge\Shop;

use Entrepot\Bridge\Settings;
use Entrepot\Bridge\Uuid;

if (!defined('_PS_VERSION_')) {
    exit;
}

/** The module's settings in the shop's configuration table, per shop with the shop's rules of inheritance. */
final class ShopConfiguration
{
    const URL = 'ENTREPOT_URL';
    const SECRET = 'ENTREPOT_SECRET';
    const PREVIOUS_SECRET = 'ENTREPOT_SECRET_PREVIOUS';
    const CARTS = 'ENTREPOT_CARTS';
    const AT_REQUEST_END = 'ENTREPOT_AT_REQUEST_END';
    const CRON_TOKEN = 'ENTREPOT_CRON_TOKEN';
    const INSTALLATION = 'ENTREPOT_INSTALLATION';

    /** Value as one shop sees it, whatever the current context is. */
    public static function value(string $key, int $shopId): string
    {
        $groupId = (int) \Shop::getGroupFromShop($shopId);

        return (string) \Configuration::get($key, null, $groupId, $shopId);
    }

    public function settings(int $shopId): Settings
    {
        return new Settings([
            'url' => self::value(self::URL, $shopId),
            'secret' => self::decode(self::value(self::SECRET, $shopId)),
            'previousSecret' => self::decode(self::value(self::PREVIOUS_SECRET, $shopId)),
            'carts' => self::value(self::CARTS, $shopId) === '1',
            'atRequestEnd' => self::value(self::AT_REQUEST_END, $shopId) === '1',
        ]);
    }

    /** Saves in the current context: one shop, a group, or all. */
    public function save(string $key, string $value)
    {
        \Configuration::updateValue($key, $value);
    }

    /** Encoded, because the configuration table strips what looks like HTML. This is no encryption. */
    public function saveSecret(string $key, string $secret)
    {
        $this->save($key, base64_encode($secret));
    }

    public function install()
    {
        \Configuration::updateGlobalValue(self::AT_REQUEST_END, '1');
        \Configuration::updateGlobalValue(self::CRON_TOKEN, bin2hex(random_bytes(24)));
        \Configuration::updateGlobalValue(self::INSTALLATION, Uuid::v4());
    }

    public function uninstall()
    {
        foreach ((new \ReflectionClass($this))->getConstants() as $key) {
            \Configuration::deleteByName($key);
        }
    }

    public function cronToken(): string
    {
        return (string) \Configuration::getGlobalValue(self::CRON_TOKEN);
    }

    public function installation(): string
    {
        return (string) \Configuration::getGlobalValue(self::INSTALLATION);
    }

    private static function decode(string $value): string
    {
        return (string) base64_decode($value, true);
    }
}
