<?php

use Entrepot\Bridge\Backoff;
use Entrepot\Bridge\Envelope;
use Entrepot\Bridge\HubUrl;
use Entrepot\Bridge\Response;
use Entrepot\Bridge\Uuid;

$backoff = function (float $random) {
    return new Backoff(function () use ($random) {
        return $random;
    });
};

return [
    'backoff doubles from a minute to six hours' => function () use ($backoff) {
        $delays = array_map(function ($failures) use ($backoff) {
            return $backoff(0.0)->delayMs($failures) / 60000;
        }, [1, 2, 3, 9, 10, 11, 24]);
        check_same([1, 2, 4, 256, 360, 360, 360], $delays);
    },
    'backoff adds up to a fifth' => function () use ($backoff) {
        check_same(66000, $backoff(0.5)->delayMs(1));
        check($backoff(0.999)->delayMs(1) < 72000, 'below 20 %');
    },
    'backoff obeys Retry-After when it is longer' => function () use ($backoff) {
        $now = 1772352931000;
        check_same(120000, $backoff(0.0)->delayMs(1, '120', $now));
        check_same(60000, $backoff(0.0)->delayMs(1, '5', $now));
        check_same(300000, $backoff(0.0)->delayMs(1, gmdate('D, d M Y H:i:s', 1772352931 + 300) . ' GMT', $now));
        check_same(86400000, $backoff(0.0)->delayMs(1, '99999999999999999999', $now), 'capped at a day');
        check_same(60000, $backoff(0.0)->delayMs(1, 'soon', $now));
    },
    'gives up after 25 failures' => function () {
        check_same([false, true], [Backoff::isLast(24), Backoff::isLast(25)]);
    },
    'only own networks may be reached without TLS' => function () {
        foreach (['https://hub.example/webhooks/prestashop/acme', 'http://localhost:8080/w', 'http://hub:8080/w', 'http://127.0.0.1/w', 'http://10.1.2.3/w', 'http://[::1]:8080/w'] as $url) {
            check(HubUrl::isAllowed($url), $url);
        }
        foreach (['http://hub.example/w', 'http://8.8.8.8/w', 'ftp://hub/w', 'hub.example', '', 'https://user:pass@hub.example/', 'javascript:alert(1)', 'https:///x'] as $url) {
            check(!HubUrl::isAllowed($url), $url);
        }
    },
    'times are UTC with milliseconds' => function () {
        check_same('2026-03-01T08:15:30.005Z', Envelope::time(1772352930005));
    },
    'ids are random UUIDs' => function () {
        check(preg_match('/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/', Uuid::v4()) === 1, 'form');
        check(Uuid::v4() !== Uuid::v4(), 'two are different');
    },
    'answers are told apart' => function () {
        $kinds = [];
        foreach ([200, 204, 0, 301, 400, 401, 403, 404, 408, 409, 410, 413, 422, 429, 500, 503] as $status) {
            $response = new Response($status, null, 'timeout');
            $kinds[$status] = $response->isAccepted() ? 'ok' : ($response->isGone() ? 'gone' : ($response->isAboutThisEvent() ? 'event' : 'hub'));
        }
        $expected = [
            200 => 'ok', 204 => 'ok', 0 => 'hub', 301 => 'hub', 400 => 'event', 401 => 'hub', 403 => 'hub', 404 => 'hub', 408 => 'hub',
            409 => 'event', 410 => 'gone', 413 => 'event', 422 => 'event', 429 => 'hub', 500 => 'hub', 503 => 'hub',
        ];
        check_same($expected, $kinds);
        check_same(['no answer: timeout', 'HTTP 503'], [(new Response(0, null, 'timeout'))->describe(), (new Response(503))->describe()]);
    },
];
