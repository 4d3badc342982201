<?php

use Entrepot\Bridge\Response;

$withOrders = function (int $count): Fixture {
    $fixture = (new Fixture())->connect();
    for ($id = 1; $id <= $count; ++$id) {
        Hook::exec('actionObjectOrderUpdateAfter', ['object' => $fixture->order($id)]);
    }

    return $fixture;
};

return [
    'the end of a request sends what it wrote, signed, with all headers' => function () use ($withOrders) {
        $f = $withOrders(1);
        check_same([], $f->hub->requests, 'nothing is sent before the end');
        $f->clock->now += 1500;
        $f->endRequest();
        check_same(1, count($f->hub->requests));
        $request = $f->hub->requests[0];
        $body = json_decode($request['body'], true);
        $signature = 'sha256=' . hash_hmac('sha256', '1772352932500.' . $request['body'], Fixture::SECRET);
        check_same('https://hub.example/webhooks/prestashop/acme', $request['url']);
        check_same([
            'Content-Type' => 'application/json',
            'User-Agent' => 'Entrepot-PrestaShop/1.0.0 (PrestaShop/8.1.7; PHP/' . PHP_VERSION . ')',
            'X-Entrepot-Timestamp' => '1772352932500',
            'X-Entrepot-Signature' => $signature,
            'X-Entrepot-Event-Id' => $body['eventId'],
            'X-Entrepot-Topic' => 'order.updated',
            'X-Entrepot-Shop-Id' => '1',
            'X-Entrepot-Changed-At' => $body['occurredAt'],
            'X-Entrepot-Attempt' => '1',
            'X-Entrepot-Sequence' => '1',
        ], $request['headers']);
        check_same('2026-03-01T08:15:31.000Z', $body['occurredAt']);
        check_same('sent', $f->rows()[0]['status']);
    },
    'a retry has the same body and event id, a fresh timestamp and signature' => function () use ($withOrders) {
        $f = $withOrders(1);
        $f->hub->answers = [new Response(503)];
        $f->endRequest();
        check_same(['pending', 'HTTP 503'], [$f->rows()[0]['status'], $f->rows()[0]['last_error']]);
        check_same(['sent' => 0, 'retried' => 0, 'failed' => 0], $f->cron()['body'], 'not due yet');
        $f->clock->now += 72000;
        check_same(['sent' => 1, 'retried' => 0, 'failed' => 0], $f->cron()['body']);
        list($first, $second) = $f->hub->requests;
        check_same($first['body'], $second['body']);
        check_same($first['headers']['X-Entrepot-Event-Id'], $second['headers']['X-Entrepot-Event-Id']);
        check_same(['1', '2'], [$first['headers']['X-Entrepot-Attempt'], $second['headers']['X-Entrepot-Attempt']]);
        check_same((string) $f->clock->now, $second['headers']['X-Entrepot-Timestamp']);
        check($first['headers']['X-Entrepot-Signature'] !== $second['headers']['X-Entrepot-Signature'], 'signed anew');
        check_same('', $f->rows()[0]['last_error'], 'what was sent has no error');
    },
    'Retry-After moves the next attempt' => function () use ($withOrders) {
        $f = $withOrders(1);
        $f->hub->answers = [new Response(429, '900')];
        $f->endRequest();
        check_same($f->clock->now + 900000, (int) $f->rows()[0]['due_at']);
    },
    'after 25 failures the row is given up and stays visible' => function () use ($withOrders) {
        $f = $withOrders(1);
        $f->hub->answers = array_fill(0, 30, new Response(0, null, 'timed out'));
        $f->endRequest();
        for ($n = 0; $n < 40; ++$n) {
            $f->clock->now += 6 * 3600000;
            $f->clock->now += 72 * 60000;
            $f->cron();
        }
        check_same(25, count($f->hub->requests));
        check_same(['failed', '25', 'no answer: timed out'], [$f->rows()[0]['status'], $f->rows()[0]['attempts'], $f->rows()[0]['last_error']]);
        check_same(1, $f->module->bridge()->desk()->status(1)['failed']);
    },
    '410 gives up at once' => function () use ($withOrders) {
        $f = $withOrders(1);
        $f->hub->answers = [new Response(410)];
        $f->endRequest();
        check_same(['failed', 'HTTP 410'], [$f->rows()[0]['status'], $f->rows()[0]['last_error']]);
    },
    'a hub that takes nothing is asked once per run, the others keep their attempts' => function () use ($withOrders) {
        foreach ([0, 302, 401, 404, 429, 500] as $status) {
            $f = $withOrders(3);
            $f->hub->answers = [new Response($status, null, 'x')];
            $f->endRequest();
            check_same(1, count($f->hub->requests), "status $status");
            check_same(['1', '0', '0'], array_column($f->rows(), 'attempts'));
        }
    },
    'an event that the hub refuses does not hold up the others' => function () use ($withOrders) {
        $f = $withOrders(3);
        $f->hub->answers = [new Response(422)];
        $f->endRequest();
        check_same(['pending', 'sent', 'sent'], array_column($f->rows(), 'status'));
    },
    'after a failure shoppers are spared for a minute, cron is not' => function () use ($withOrders) {
        $f = $withOrders(1);
        $f->hub->answers = [new Response(500)];
        $f->endRequest();
        $f->clock->now += 30000;
        Hook::exec('actionObjectOrderUpdateAfter', ['object' => $f->order(2)]);
        $f->endRequest();
        check_same(1, count($f->hub->requests));
        $f->cron();
        check_same(['order.updated 1', 'order.updated 2'], $f->hub->heard());
        $f->clock->now += 31000;
        Hook::exec('actionObjectOrderUpdateAfter', ['object' => $f->order(3)]);
        $f->hub->answers = [];
        $f->endRequest();
        check_same('sent', $f->rows()[2]['status']);
    },
    'the end of a request waits less long than cron and sends only so much' => function () use ($withOrders) {
        $f = $withOrders(25);
        $f->endRequest();
        check_same([20, 4000], [count($f->hub->requests), $f->hub->requests[0]['timeoutMs']]);
        $f->cron();
        check_same([25, 10000], [count($f->hub->requests), $f->hub->requests[24]['timeoutMs']]);
        check_same(range(1, 25), array_column($f->hub->bodies(), 'sequence'));
    },
    'sending at once can be switched off' => function () use ($withOrders) {
        $f = $withOrders(1);
        Configuration::$values['ENTREPOT_AT_REQUEST_END||'] = '0';
        $f->endRequest();
        check_same([], $f->hub->requests);
        check_same(1, $f->cron()['body']['sent'], 'cron sends it without waiting');
    },
    'cron wants its token' => function () use ($withOrders) {
        $f = $withOrders(1);
        $f->clock->now += 60000;
        $token = Configuration::getGlobalValue('ENTREPOT_CRON_TOKEN');
        check_same(48, strlen($token));
        foreach (['', 'x', strtoupper($token), $token . ' ', substr($token, 1)] as $wrong) {
            check_same(403, $f->module->bridge()->cron($wrong)['status']);
        }
        check_same([], $f->hub->requests);
        check_same(200, $f->module->bridge()->cron($token)['status']);
        Configuration::deleteByName('ENTREPOT_CRON_TOKEN');
        check_same(403, $f->module->bridge()->cron('')['status'], 'no token at all opens nothing');
    },
    'the cron controller answers JSON, also while the shop is closed' => function () use ($withOrders) {
        $f = $withOrders(1);
        $f->clock->now += 60000;
        $controller = new class() extends EntrepotCronModuleFrontController {
            public $answers = [];

            protected function answer(string $json)
            {
                $this->answers[] = $json;
            }

            public function whenClosed()
            {
                return $this->displayMaintenancePage();
            }
        };
        $controller->module = $f->module;
        Tools::$request = ['token' => Configuration::getGlobalValue('ENTREPOT_CRON_TOKEN')];
        @$controller->postProcess();
        Tools::$request = ['token' => 'wrong'];
        @$controller->postProcess();
        check_same(['{"sent":1,"retried":0,"failed":0}', '{"error":"wrong token"}'], $controller->answers);
        check_same(null, $controller->whenClosed());
    },
];
