<?php

use Entrepot\Bridge\EventMap;
use Entrepot\Bridge\Response;

$tables = function (): array {
    return array_column(Db::getInstance()->executeS("SELECT `name` FROM `sqlite_master` WHERE `name` LIKE 'ps_entrepot%' ORDER BY `name`"), 'name');
};

return [
    'installing makes the tables, the settings, and registers every hook' => function () use ($tables) {
        $f = new Fixture();
        check_same(['ps_entrepot_outbox', 'ps_entrepot_sequence'], $tables());
        check_same(EventMap::hooks(), array_keys(Hook::$modules));
        check_same(36, strlen(Configuration::getGlobalValue('ENTREPOT_INSTALLATION')));
        check($f->module->install(), 'installing over what is there');
    },
    'installing in a multistore is for all shops' => function () {
        new Fixture([1 => 1, 2 => 1]);
        check_same(Shop::CONTEXT_ALL, Shop::$context);
    },
    'installing fails loudly without the database' => function () {
        $f = new Fixture();
        Db::getInstance()->failing = true;
        check(!$f->module->install(), 'it said that it worked');
    },
    'uninstalling says goodbye once and leaves nothing behind' => function () use ($tables) {
        $f = (new Fixture([1 => 1, 2 => 1]))->connect('https://hub.example/w', 1);
        Hook::exec('actionProductUpdate', ['id_product' => 12]);
        check($f->module->uninstall(), 'uninstall failed');
        check_same(['app.uninstalled 1'], $f->hub->heard());
        check_same([], $tables());
        check_same([], preg_grep('/^ENTREPOT/', array_keys(Configuration::$values)));
    },
    'uninstalling works when the hub does not' => function () use ($tables) {
        $f = (new Fixture())->connect();
        $f->hub->answers = [new Response(0, null, 'refused')];
        check($f->module->uninstall(), 'uninstall failed');
        check_same([], $tables());
    },
    'the goodbye and the test have no sequence and leave no row' => function () {
        $f = (new Fixture())->connect();
        check($f->module->bridge()->sendOnce('bridge.ping', 1)->isAccepted(), 'ping');
        check_same([], $f->rows());
        $request = $f->hub->requests[0];
        check(!isset($request['headers']['X-Entrepot-Sequence']), 'header');
        check(!array_key_exists('sequence', json_decode($request['body'], true)), 'body');
        check_same('1', $request['headers']['X-Entrepot-Attempt']);
        check(strpos($request['body'], '"payload":{}') !== false, 'an empty payload is an object');
    },
    'without a hub nothing is written and nothing sent' => function () {
        $f = new Fixture();
        Hook::exec('actionProductUpdate', ['id_product' => 12]);
        $f->endRequest();
        check_same([[], []], [$f->rows(), $f->hub->requests]);
        check_same('hub URL or secret is missing', $f->module->bridge()->sendOnce('bridge.ping', 1)->error);
    },
    'a broken database stops neither the hook nor the end of the request, and is logged without data' => function () {
        $f = (new Fixture())->connect();
        Hook::exec('actionProductUpdate', ['id_product' => 12]);
        Db::getInstance()->failing = true;
        Hook::exec('actionNewsletterRegistrationAfter', ['email' => 'ada@example.com', 'action' => '0', 'error' => null]);
        $f->module->flushAtEnd();
        check_same(2, count(PrestaShopLogger::$messages));
        $log = implode("\n", PrestaShopLogger::$messages);
        check(preg_match('/actionNewsletterRegistrationAfter failed: RuntimeException \(1146\) in PrestaShopDatabase\.php:\d+/', $log) === 1, $log);
        check(strpos($log, 'ada@') === false && strpos($log, Fixture::SECRET) === false, $log);
    },
    'the page keeps a secret that is not typed again, and never shows one' => function () {
        $f = (new Fixture())->connect();
        Tools::$request = ['submitEntrepot' => '1', 'ENTREPOT_URL' => 'https://new.example/w', 'ENTREPOT_SECRET' => '', 'ENTREPOT_SECRET_PREVIOUS' => 'the-older-secret'];
        $page = $f->module->getContent();
        check(strpos($page, '[ok: Saved.][views/templates/admin/status.tpl][form ') === 0, $page);
        $settings = $f->module->bridge()->configuration()->settings(1);
        check_same(['https://new.example/w', [Fixture::SECRET, 'the-older-secret']], [$settings->url, $settings->secrets()]);
        foreach ([Fixture::SECRET, 'the-older-secret', base64_encode(Fixture::SECRET)] as $secret) {
            check(strpos($page . json_encode(FakeSmarty::$assigned), $secret) === false, $page);
        }
    },
    'the page refuses an address without TLS and a short secret' => function () {
        $f = (new Fixture())->connect();
        foreach ([['ENTREPOT_URL' => 'http://hub.example/w', 'ENTREPOT_SECRET' => 'long-enough-secret'], ['ENTREPOT_URL' => 'https://hub.example/new', 'ENTREPOT_SECRET' => 'short']] as $request) {
            Tools::$request = $request + ['submitEntrepot' => '1'];
            check(strpos($f->module->getContent(), '[error: ') === 0, 'accepted');
        }
        $settings = $f->module->bridge()->configuration()->settings(1);
        check_same(['https://hub.example/webhooks/prestashop/acme', Fixture::SECRET], [$settings->url, $settings->secret]);
    },
    'the page shows the outbox, sends a test, and puts failed events back' => function () {
        $f = (new Fixture())->connect();
        Hook::exec('actionProductUpdate', ['id_product' => 12]);
        $f->hub->answers = [new Response(410), new Response(401), new Response(200)];
        $f->endRequest();
        Tools::$request = ['submitEntrepotTest' => '1'];
        check(strpos($f->module->getContent(), 'HTTP 401') !== false, 'failure is shown');
        check(strpos($f->module->getContent(), '[ok: ') === 0, 'success is shown');
        check_same([1, 'HTTP 410', '2026-03-01T08:15:31.000Z'], [
            FakeSmarty::$assigned['entrepot_status']['failed'], FakeSmarty::$assigned['entrepot_status']['lastError'], FakeSmarty::$assigned['entrepot_status']['lastErrorAt'],
        ]);
        check(strpos(FakeSmarty::$assigned['entrepot_cron'], Configuration::getGlobalValue('ENTREPOT_CRON_TOKEN')) !== false, 'cron address');
        Tools::$request = ['submitEntrepotRetry' => '1'];
        $f->module->getContent();
        check_same('pending', $f->rows()[0]['status']);
    },
    'every folder has a guard and every file refuses to run alone' => function () {
        $root = dirname(__DIR__) . '/entrepot';
        foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator($root, FilesystemIterator::SKIP_DOTS), RecursiveIteratorIterator::SELF_FIRST) as $file) {
            if ($file->isDir()) {
                check(is_file($file->getPathname() . '/index.php'), $file->getPathname() . ' has no index.php');
            } elseif ($file->getExtension() === 'php') {
                $guard = $file->getFilename() === 'index.php' ? "header('Location: ../')" : "if (!defined('_PS_VERSION_'))";
                check(strpos((string) file_get_contents($file->getPathname()), $guard) !== false, $file->getPathname() . ' has no guard');
            }
        }
        check(is_file($root . '/index.php'), 'the root has no index.php');
    },
    'versions agree' => function () {
        $module = new Entrepot();
        preg_match_all('/<(\w+)><!\[CDATA\[(.*)\]\]>/', (string) file_get_contents(dirname(__DIR__) . '/entrepot/config.xml'), $match);
        $xml = array_combine($match[1], $match[2]);
        check_same([$module->version, $module->displayName, $module->description], [$xml['version'], $xml['displayName'], $xml['description']]);
    },
];
