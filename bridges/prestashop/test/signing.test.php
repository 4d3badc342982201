<?php

use Entrepot\Bridge\Settings;
use Entrepot\Bridge\Signer;

$contract = (string) file_get_contents(dirname(__DIR__) . '/CONTRACT.md');
preg_match_all('/^```\n(\{.*\})\n```$/m', $contract, $bodies);
preg_match_all('/`X-Entrepot-Signature: (sha256=[0-9a-f,=sh]+)`/', $contract, $signatures);

return [
    'signs as the contract computed elsewhere' => function () use ($bodies, $signatures) {
        check_same([2, 3], [count($bodies[1]), count($signatures[1])], 'vectors found in CONTRACT.md');
        check_same($signatures[1][0], Signer::sign(['ps-bridge-secret'], '1766000000000', $bodies[1][0]));
        check_same(941, strlen($bodies[1][1]));
        check_same($signatures[1][1], Signer::sign(['ps-bridge-secret', ''], '1772352931000', $bodies[1][1]));
        check_same($signatures[1][2], Signer::sign(['ps-bridge-secret', 'previous-secret'], '1772352931000', $bodies[1][1]));
    },
    'writes the body of the contract byte for byte, but for ids and versions' => function () use ($bodies) {
        $fixture = (new Fixture())->connect();
        Shop::$groups = [1 => 1];
        $fixture->order(42, ['reference' => 'FMHGOYBGK', 'current_state' => '2']);
        Hook::exec('actionOrderStatusPostUpdate', ['id_order' => 42, 'newOrderStatus' => new OrderState(4), 'oldOrderStatus' => new OrderState(2)]);
        $expected = json_decode($bodies[1][1], true);
        $actual = $fixture->events()[0];
        check_same(array_keys($expected), array_keys($actual));
        check_same($expected['payload'], $actual['payload']);
        check_same($expected['previous'], $actual['previous']);
        check_same(array_keys($expected['shop']), array_keys($actual['shop']));
        check_same($expected['shop']['stateRoles']['4'], $actual['shop']['stateRoles']['4']);
        check_same(array_keys($expected['source']), array_keys($actual['source']));
        check(strpos($fixture->rows()[0]['body'], 'Exp\u00e9di\u00e9') !== false, 'the text of json_encode is sent');
    },
    'a secret with any characters survives the configuration table' => function () {
        $fixture = new Fixture();
        $secret = 'a<b>c"d\'e\\f &amp; ü ' . "\t" . '0';
        $fixture->module->bridge()->configuration()->saveSecret('ENTREPOT_SECRET', $secret);
        check_same($secret, $fixture->module->bridge()->configuration()->settings(1)->secret);
    },
    'a dump of the settings does not show the secret' => function () {
        $settings = new Settings(['url' => 'u', 'secret' => 'hush-hush', 'previousSecret' => 'older', 'carts' => false, 'atRequestEnd' => true]);
        ob_start();
        var_dump($settings);
        $dump = (string) ob_get_clean();
        check(strpos($dump, 'hush') === false && strpos($dump, 'older') === false, $dump);
    },
];
