<?php

use Entrepot\Bridge\Event;
use Entrepot\Bridge\Outbox;
use Entrepot\Bridge\OutboxDesk;
use Entrepot\Bridge\Shop\PrestaShopDatabase;
use Entrepot\Bridge\Uuid;

final class OutboxFixture
{
    public $clock;
    public $outbox;
    public $desk;
    private $fixture;

    public function __construct()
    {
        $this->fixture = new Fixture([1 => 1, 2 => 1]);
        $this->clock = $this->fixture->clock;
        $this->outbox = new Outbox(new PrestaShopDatabase(), $this->clock);
        $this->desk = new OutboxDesk(new PrestaShopDatabase(), $this->clock);
    }

    /** @return int id of a row that is due */
    public function add(string $objectId, int $shopId = 1, bool $due = true): int
    {
        $stamp = ['eventId' => Uuid::v4(), 'sequence' => $this->outbox->nextSequence($shopId), 'atMs' => $this->clock->now];
        $id = $this->outbox->add(new Event('order.updated', ['order', $objectId], $shopId), $stamp, '{"n":"' . $objectId . '"}');
        if ($due) {
            $this->outbox->settle([$id]);
        }

        return $id;
    }

    /** @return int 0 when nothing can be claimed */
    public function claimId(int $shopId = 1): int
    {
        return (int) ($this->outbox->claim($shopId)['id'] ?? 0);
    }

    public function row(int $id): array
    {
        return Db::getInstance()->executeS("SELECT * FROM `ps_entrepot_outbox` WHERE `id` = $id")[0];
    }
}

return [
    'rows come out oldest first, each once' => function () {
        $f = new OutboxFixture();
        $ids = [$f->add('1'), $f->add('2'), $f->add('3')];
        check_same($ids, [$f->claimId(), $f->claimId(), $f->claimId()]);
        check_same(0, $f->claimId());
    },
    'a row waits for the earlier row of its object, others do not' => function () {
        $f = new OutboxFixture();
        $first = $f->add('1');
        $second = $f->add('1');
        $other = $f->add('2');
        $row = $f->outbox->claim(1);
        check_same($first, (int) $row['id']);
        check_same([$other, 0], [$f->claimId(), $f->claimId()], 'while the first is being sent');
        $f->outbox->retryLater($row, $f->clock->now + 60000, 'HTTP 422');
        check_same(0, $f->claimId(), 'while the first waits for its next attempt');
        $f->clock->now += 60000;
        $row = $f->outbox->claim(1);
        check_same([$first, '2'], [(int) $row['id'], (string) $row['attempts']]);
        $f->outbox->markSent($row);
        check_same($second, $f->claimId());
    },
    'a failed row does not hold up its object' => function () {
        $f = new OutboxFixture();
        $f->add('1');
        $second = $f->add('1');
        $f->outbox->markFailed($f->outbox->claim(1), 'HTTP 410');
        check_same($second, $f->claimId());
    },
    'the same id of another type of object or shop is another object' => function () {
        $f = new OutboxFixture();
        $first = $f->add('1');
        $elsewhere = $f->add('1', 2);
        check_same($first, $f->claimId(1));
        check_same($elsewhere, $f->claimId(2));
    },
    'cron leaves a row alone until its request is over, but not for ever' => function () {
        $f = new OutboxFixture();
        $id = $f->add('1', 1, false);
        check_same(0, $f->claimId());
        $f->clock->now += Outbox::SETTLE_MS;
        check_same($id, $f->claimId());
    },
    'settling does not bring a retry forward' => function () {
        $f = new OutboxFixture();
        $id = $f->add('1');
        $f->outbox->retryLater($f->outbox->claim(1), $f->clock->now + 60000, 'HTTP 500');
        $f->outbox->settle([$id]);
        check_same(0, $f->claimId());
    },
    'a claim expires, and its late holder changes nothing' => function () {
        $f = new OutboxFixture();
        $id = $f->add('1');
        $late = $f->outbox->claim(1);
        $f->clock->now += Outbox::LEASE_MS;
        $row = $f->outbox->claim(1);
        check_same([$id, '2'], [(int) $row['id'], (string) $row['attempts']]);
        $f->outbox->markFailed($late, 'late');
        check_same('pending', $f->row($id)['status']);
        $f->outbox->markSent($row);
        check_same('sent', $f->row($id)['status']);
    },
    'sequences count per shop and survive a pruned table' => function () {
        $f = new OutboxFixture();
        $a = $f->row($f->add('1'))['sequence'];
        $b = $f->row($f->add('1', 2))['sequence'];
        Db::getInstance()->execute('DELETE FROM `ps_entrepot_outbox`');
        $c = $f->row($f->add('1'))['sequence'];
        check_same(['1', '1', '2'], [$a, $b, $c]);
    },
    'a row is only rewritten before its first attempt' => function () {
        $f = new OutboxFixture();
        $id = $f->add('1');
        check($f->outbox->refresh($id, $f->clock->now, '{"n":2}'), 'before');
        check_same('{"n":2}', $f->row($id)['body']);
        $row = $f->outbox->claim(1);
        check(!$f->outbox->refresh($id, $f->clock->now, '{"n":3}'), 'while it is sent');
        $f->outbox->retryLater($row, $f->clock->now, 'HTTP 500');
        check(!$f->outbox->refresh($id, $f->clock->now, '{"n":3}'), 'after an attempt');
        check_same('{"n":2}', $f->row($id)['body']);
    },
    'texts with quotes and long errors are kept as they can be' => function () {
        $f = new OutboxFixture();
        $id = $f->add("o'brien\\");
        check_same("{\"n\":\"o'brien\\\"}", $f->row($id)['body']);
        $f->outbox->markFailed($f->outbox->claim(1), "'; DROP TABLE x; -- é" . str_repeat('x', 500));
        $error = $f->row($id)['last_error'];
        check_same([200, "'; DROP TABLE x; -- ??x"], [strlen($error), substr($error, 0, 23)]);
    },
    'old rows: sent ones go after a week, failed ones after a month, waiting ones fail after two weeks' => function () {
        $f = new OutboxFixture();
        $day = 86400000;
        $waiting = $f->add('1');
        $f->add('2');
        $f->outbox->claim(1);
        $f->outbox->markSent($f->outbox->claim(1));
        $f->clock->now += 6 * $day;
        $f->desk->tidy();
        check_same([1, 1, 0], [$f->desk->status(1)['pending'], $f->desk->status(1)['sent'], $f->desk->status(1)['failed']]);
        $f->clock->now += 2 * $day;
        $f->desk->tidy();
        check_same([1, 0, 0], [$f->desk->status(1)['pending'], $f->desk->status(1)['sent'], $f->desk->status(1)['failed']]);
        $f->clock->now += 7 * $day;
        $f->desk->tidy();
        check_same('failed', $f->row($waiting)['status']);
        check_same('too old; last: ', $f->desk->status(1)['lastError']);
        $f->clock->now += 16 * $day;
        $f->desk->tidy();
        check_same(['pending' => 0, 'sent' => 0, 'failed' => 0], array_slice($f->desk->status(1), 0, 3));
    },
    'a failed row can be sent again with its event id, and is young again' => function () {
        $f = new OutboxFixture();
        $id = $f->add('1');
        $other = $f->add('1', 2);
        foreach ([1, 2] as $shopId) {
            $f->outbox->markFailed($f->outbox->claim($shopId), 'HTTP 410');
        }
        $eventId = $f->row($id)['event_id'];
        $f->clock->now += 20 * 86400000;
        check_same(1, $f->desk->sendFailedAgain(1));
        $f->desk->tidy();
        $row = $f->outbox->claim(1);
        check_same([$id, $eventId, '1'], [(int) $row['id'], $row['event_id'], (string) $row['attempts']]);
        check_same('failed', $f->row($other)['status']);
    },
    'the status tells counts, the oldest and the last error of one shop' => function () {
        $f = new OutboxFixture();
        $f->add('1');
        $start = $f->clock->now;
        $f->clock->now += 1000;
        $f->add('2');
        $f->add('3', 2);
        $f->outbox->retryLater($f->outbox->claim(1), $f->clock->now + 60000, 'HTTP 500');
        check_same(
            ['pending' => 2, 'sent' => 0, 'failed' => 0, 'oldestPendingAt' => $start, 'lastError' => 'HTTP 500', 'lastErrorAt' => $start + 1000],
            $f->desk->status(1)
        );
        check_same(['', 0], [$f->desk->status(2)['lastError'], $f->desk->status(2)['lastErrorAt']]);
    },
    'finished rows about a person are deleted on demand' => function () {
        $f = new OutboxFixture();
        $f->add('1');
        $pending = $f->add('1');
        $other = $f->add('2');
        $f->outbox->markSent($f->outbox->claim(1));
        $f->desk->forget('order', '1');
        $ids = array_column(Db::getInstance()->executeS('SELECT `id` FROM `ps_entrepot_outbox` ORDER BY `id`'), 'id');
        check_same([$pending, $other], array_map('intval', $ids));
    },
];
