<?php
/**
 * @author    Entrepot contributors
 * @copyright Entrepot contributors
 * @license   https://www.apache.org/licenses/LICENSE-2.0 Apache License 2.0
 */
if (!defined('_PS_VERSION_')) {
    exit;
}

require_once __DIR__ . '/src/autoload.php';

use Entrepot\Bridge\EventMap;
use Entrepot\Bridge\Schema;
use Entrepot\Bridge\Shop\Bridge;
use Entrepot\Bridge\Shop\ConfigPage;
use Entrepot\Bridge\Shop\HookMethods;
use Entrepot\Bridge\Shop\PrestaShopDatabase;
use Entrepot\Bridge\Shop\ShopConfiguration;

/** Tells an Entrepot hub what changes in the shop. */
class Entrepot extends Module
{
    use HookMethods;

    /** @var Bridge|null */
    private $bridge;

    /** @var bool */
    private $flushesAtEnd = false;

    public function __construct()
    {
        $this->name = 'entrepot';
        $this->tab = 'administration';
        $this->version = '1.0.0';
        $this->author = 'Entrepot contributors';
        $this->need_instance = 0;
        $this->ps_versions_compliancy = ['min' => '1.7.0.0', 'max' => '9.99.99'];
        $this->bootstrap = true;
        parent::__construct();
        $this->displayName = $this->l('Entrepot bridge');
        $this->description = $this->l('Sends signed events about orders, products, stock and customers to an Entrepot hub.');
        $this->confirmUninstall = $this->l('Events that were not sent yet will be lost. Continue?');
    }

    public function install()
    {
        if (Shop::isFeatureActive()) {
            Shop::setContext(Shop::CONTEXT_ALL);
        }

        return parent::install() && $this->runAll(Schema::install(new PrestaShopDatabase())) && $this->prepare();
    }

    public function uninstall()
    {
        try {
            $this->bridge()->sayGoodbye();
        } catch (Throwable $error) {
            $this->complain('uninstall', $error);
        }
        (new ShopConfiguration())->uninstall();
        $this->bridge = null;

        return $this->runAll(Schema::uninstall(new PrestaShopDatabase())) && parent::uninstall();
    }

    /** The configuration page. */
    public function getContent()
    {
        return (new ConfigPage($this, $this->context))->show();
    }

    public function bridge(): Bridge
    {
        if ($this->bridge === null) {
            $this->bridge = new Bridge($this->version);
        }

        return $this->bridge;
    }

    /** Replaces the parts that talk to the outside, for tests. */
    public function setBridge(Bridge $bridge)
    {
        $this->bridge = $bridge;
    }

    /** @param mixed $params an array, except from modules that fire a hook with an object */
    protected function record(string $hook, $params)
    {
        try {
            $this->bridge()->record($hook, (array) $params);
            if (!$this->flushesAtEnd) {
                $this->flushesAtEnd = true;
                register_shutdown_function([$this, 'flushAtEnd']);
            }
        } catch (Throwable $error) {
            $this->complain($hook, $error);
        }
    }

    /** Runs when the request is over; the visitor gets the page before anything is sent where PHP can do that. */
    public function flushAtEnd()
    {
        try {
            if (session_status() === PHP_SESSION_ACTIVE) {
                session_write_close();
            }
            foreach (['fastcgi_finish_request', 'litespeed_finish_request'] as $finish) {
                if (function_exists($finish)) {
                    $finish();
                    break;
                }
            }
            $this->bridge()->flush();
        } catch (Throwable $error) {
            $this->complain('end of request', $error);
        }
    }

    private function prepare(): bool
    {
        (new ShopConfiguration())->install();
        foreach (EventMap::hooks() as $hook) {
            if (!$this->registerHook($hook)) {
                return false;
            }
        }

        return true;
    }

    /** @param string[] $statements */
    private function runAll(array $statements): bool
    {
        foreach ($statements as $sql) {
            if (!Db::getInstance()->execute($sql)) {
                return false;
            }
        }

        return true;
    }

    /** Names the place only: messages of the database repeat statements, and those may hold personal data. */
    private function complain(string $where, Throwable $error)
    {
        $message = sprintf(
            'Entrepot: %s failed: %s (%s) in %s:%d',
            $where,
            get_class($error),
            $error->getCode(),
            basename($error->getFile()),
            $error->getLine()
        );
        PrestaShopLogger::addLog($message, 3, null, 'Module', (int) $this->id, true);
    }
}
