<?php
// The few classes of the shop that the module touches, with the shop's signatures. The database is SQLite in memory.

define('_PS_VERSION_', '8.1.7');
define('_DB_PREFIX_', 'ps_');
define('_PS_MODULE_DIR_', dirname(__DIR__) . '/');

require __DIR__ . '/shop-db.php';
require __DIR__ . '/shop-objects.php';

class Configuration
{
    /** @var array<string, string> "key|group|shop" */
    public static $values = [];

    public static function get($key, $idLang = null, $idShopGroup = null, $idShop = null, $default = false)
    {
        $shopId = $idShop ?? Shop::$contextShop;
        $groupId = $idShopGroup ?? Shop::$groups[$shopId];

        return self::$values["$key||$shopId"] ?? self::$values["$key|$groupId|"] ?? self::$values["$key||"] ?? $default;
    }

    public static function getGlobalValue($key, $idLang = null)
    {
        return self::$values["$key||"] ?? false;
    }

    public static function updateGlobalValue($key, $values, $html = false)
    {
        self::$values["$key||"] = strip_tags($values);

        return true;
    }

    public static function updateValue($key, $values, $html = false, $idShopGroup = null, $idShop = null)
    {
        $idShop = $idShop ?? (Shop::$context === Shop::CONTEXT_SHOP && count(Shop::$groups) > 1 ? Shop::$contextShop : '');
        self::$values["$key||$idShop"] = strip_tags($values);

        return true;
    }

    public static function deleteByName($key)
    {
        foreach (array_keys(self::$values) as $name) {
            if (strpos($name, "$key|") === 0) {
                unset(self::$values[$name]);
            }
        }

        return true;
    }
}

class Shop
{
    const CONTEXT_SHOP = 1;
    const CONTEXT_GROUP = 2;
    const CONTEXT_ALL = 4;

    /** @var array<int, int> group by shop */
    public static $groups = [1 => 1];
    public static $context = self::CONTEXT_SHOP;
    public static $contextShop = 1;

    public $id;
    public $id_shop_group;
    public $domain;
    public $domain_ssl;
    public $physical_uri = '/';
    public $virtual_uri = '';

    public function __construct($id = null)
    {
        $this->id = $id;
        $this->id_shop_group = self::$groups[$id];
        $this->domain = $this->domain_ssl = "shop$id.example";
    }

    public static function isFeatureActive()
    {
        return count(self::$groups) > 1;
    }

    public static function setContext($type, $id = null)
    {
        self::$context = $type;
        self::$contextShop = $type === self::CONTEXT_SHOP && $id !== null ? $id : self::$contextShop;
    }

    public static function getContextListShopID($share = false)
    {
        return self::$context === self::CONTEXT_SHOP ? [self::$contextShop] : array_map('strval', array_keys(self::$groups));
    }

    public static function getShops($active = true, $idShopGroup = null, $asList = false)
    {
        $ids = array_keys($idShopGroup === null ? self::$groups : array_intersect(self::$groups, [$idShopGroup]));

        return array_combine($ids, array_map('strval', $ids));
    }

    public static function getGroupFromShop($idShop, $getId = true)
    {
        return self::$groups[$idShop];
    }
}

class Context
{
    public $shop;
    public $smarty;
    public $link;

    public static function getContext()
    {
        $context = new self();
        $context->shop = new Shop(Shop::$contextShop);
        $context->smarty = new FakeSmarty();
        $context->link = new FakeLink();

        return $context;
    }
}

class FakeSmarty
{
    public static $assigned = [];

    public function assign(array $values)
    {
        self::$assigned = $values + self::$assigned;
    }
}

class FakeLink
{
    public function getModuleLink($module, $controller, array $params, $ssl)
    {
        return "https://shop1.example/index.php?fc=module&module=$module&controller=$controller&" . http_build_query($params);
    }

    public function getAdminLink($controller, $withToken)
    {
        return "index.php?controller=$controller&token=admin";
    }
}

class Module
{
    public $id = 77;
    public $name;
    public $tab;
    public $version;
    public $author;
    public $need_instance;
    public $ps_versions_compliancy;
    public $bootstrap;
    public $displayName;
    public $description;
    public $confirmUninstall;
    protected $context;

    public function __construct()
    {
        $this->context = Context::getContext();
    }

    public function install()
    {
        return true;
    }

    public function uninstall()
    {
        Hook::$modules = [];

        return true;
    }

    public function registerHook($name, $shops = null)
    {
        // The shop refuses a hook that the module has no method for.
        if (!is_callable([$this, 'hook' . ucfirst($name)])) {
            return false;
        }
        Hook::$modules[$name] = $this;

        return true;
    }

    public function l($text, $specific = false)
    {
        return $text;
    }

    public function getLocalPath()
    {
        return _PS_MODULE_DIR_ . $this->name . '/';
    }

    public function display($file, $template)
    {
        return is_file(dirname($file) . '/' . $template) ? "[$template]" : 'no template';
    }

    public function displayConfirmation($text)
    {
        return "[ok: $text]";
    }

    public function displayError($text)
    {
        return "[error: $text]";
    }
}

class Hook
{
    /** @var array<string, Module> */
    public static $modules = [];

    public static function exec($name, $args = [])
    {
        $module = self::$modules[$name] ?? null;

        return $module === null ? null : $module->{'hook' . ucfirst($name)}($args + ['cookie' => null, 'cart' => null]);
    }
}

class PrestaShopLogger
{
    public static $messages = [];

    public static function addLog($message, $severity = 1)
    {
        self::$messages[] = $message;
    }
}

class Tools
{
    public static $request = [];

    public static function getValue($key, $default = false)
    {
        return self::$request[$key] ?? $default;
    }

    public static function isSubmit($key)
    {
        return isset(self::$request[$key]);
    }

    public static function safeOutput($text)
    {
        return htmlspecialchars($text);
    }

    public static function getAdminTokenLite($tab)
    {
        return 'admin';
    }
}

class AdminController
{
    public static $currentIndex = 'index.php?controller=AdminModules';
}

class HelperForm
{
    public $module;
    public $name_controller;
    public $token;
    public $currentIndex;
    public $default_form_language;
    public $submit_action;
    public $fields_value;

    public function generateForm(array $forms)
    {
        return '[form ' . json_encode($this->fields_value) . ']';
    }
}

class ModuleFrontController
{
    public $module;
}
