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

/**
 * The rows of the outbox table. One row per event: pending, then sent or failed.
 * Any number of processes may claim rows: a claim is an update that only one of them wins, and it expires.
 */
final class Outbox
{
    /** A row is not taken by cron while the request that wrote it may still change the object. */
    const SETTLE_MS = 30000;
    const LEASE_MS = 60000;
    const CLAIM_TRIES = 5;

    /** @var Database */
    private $db;

    /** @var Clock */
    private $clock;

    public function __construct(Database $db, Clock $clock)
    {
        $this->db = $db;
        $this->clock = $clock;
    }

    /** The next number of a shop, taken atomically. */
    public function nextSequence(int $shopId): int
    {
        $table = $this->db->table('entrepot_sequence');
        $this->db->execute("INSERT IGNORE INTO `$table` (`id_shop`, `value`) VALUES ($shopId, 0)");
        $this->db->execute("UPDATE `$table` SET `value` = LAST_INSERT_ID(`value` + 1) WHERE `id_shop` = $shopId");

        return (int) $this->db->rows('SELECT LAST_INSERT_ID() AS `value`')[0]['value'];
    }

    /**
     * @param array{eventId: string, sequence: int, atMs: int} $stamp
     *
     * @return int id of the row
     */
    public function add(Event $event, array $stamp, string $body): int
    {
        $values = [
            $event->shopId,
            $stamp['sequence'],
            $this->db->quote($stamp['eventId']),
            $this->db->quote($event->type),
            $this->db->quote($event->objectType),
            $this->db->quote($event->objectId),
            $this->db->quote($body),
            "'pending'",
            $stamp['atMs'],
            $stamp['atMs'],
            $stamp['atMs'] + self::SETTLE_MS,
        ];
        $this->db->execute(
            'INSERT INTO ' . $this->table() . ' (`id_shop`, `sequence`, `event_id`, `event_type`, `object_type`, `object_id`,'
            . ' `body`, `status`, `changed_at`, `queued_at`, `due_at`) VALUES (' . implode(', ', $values) . ')'
        );

        return $this->db->insertId();
    }

    /** Replaces the body of a row that nobody has tried to send. False: too late, a new row is needed. */
    public function refresh(int $id, int $changedAt, string $body): bool
    {
        return $this->db->execute(
            'UPDATE ' . $this->table() . ' SET `body` = ' . $this->db->quote($body)
            // Always another value, because MySQL counts changed rows only.
            . ", `changed_at` = CASE WHEN `changed_at` < $changedAt THEN $changedAt ELSE `changed_at` + 1 END"
            . " WHERE `id` = $id AND `status` = 'pending' AND `attempts` = 0 AND `claim` = ''"
        ) === 1;
    }

    /** @param int[] $ids rows whose request is over */
    public function settle(array $ids)
    {
        if ($ids !== []) {
            $now = $this->clock->nowMs();
            $this->db->execute(
                'UPDATE ' . $this->table() . " SET `due_at` = $now WHERE `id` IN (" . implode(',', array_map('intval', $ids))
                . ") AND `status` = 'pending' AND `attempts` = 0 AND `due_at` > $now"
            );
        }
    }

    /**
     * Takes the oldest row that is due and has no unsent row of the same object before it.
     *
     * @return array<string, mixed>|null
     */
    public function claim(int $shopId)
    {
        for ($try = 0; $try < self::CLAIM_TRIES; ++$try) {
            $now = $this->clock->nowMs();
            $id = $this->nextDue($shopId, $now);
            if ($id === 0) {
                return null;
            }
            $claim = Uuid::v4();
            $won = $this->db->execute(
                'UPDATE ' . $this->table() . " SET `claim` = '$claim', `claimed_until` = " . ($now + self::LEASE_MS)
                . ", `attempts` = `attempts` + 1, `tried_at` = $now"
                . " WHERE `id` = $id AND `status` = 'pending' AND `claimed_until` <= $now"
            );
            if ($won === 1) {
                return $this->db->rows('SELECT * FROM ' . $this->table() . " WHERE `id` = $id")[0];
            }
        }

        return null;
    }

    private function nextDue(int $shopId, int $now): int
    {
        $table = $this->table();
        $rows = $this->db->rows(
            "SELECT o.`id` FROM $table o WHERE o.`id_shop` = $shopId AND o.`status` = 'pending'"
            . " AND o.`due_at` <= $now AND o.`claimed_until` <= $now"
            . " AND NOT EXISTS (SELECT 1 FROM $table e WHERE e.`id_shop` = o.`id_shop` AND e.`object_type` = o.`object_type`"
            . " AND e.`object_id` = o.`object_id` AND e.`status` = 'pending' AND e.`id` < o.`id`)"
            . ' ORDER BY o.`id` LIMIT 1'
        );

        return $rows === [] ? 0 : (int) $rows[0]['id'];
    }

    public function markSent(array $row)
    {
        $this->finish($row, "`status` = 'sent', `last_error` = ''");
    }

    public function markFailed(array $row, string $error)
    {
        $this->finish($row, "`status` = 'failed', `last_error` = " . $this->shortened($error));
    }

    public function retryLater(array $row, int $dueAt, string $error)
    {
        $this->finish($row, "`due_at` = $dueAt, `last_error` = " . $this->shortened($error));
    }

    /** Only the holder of the claim may write: after its lease another process may have sent the row. */
    private function finish(array $row, string $set)
    {
        $this->db->execute(
            'UPDATE ' . $this->table() . " SET $set, `claim` = '', `claimed_until` = 0"
            . ' WHERE `id` = ' . (int) $row['id'] . ' AND `claim` = ' . $this->db->quote((string) $row['claim'])
        );
    }

    private function shortened(string $error): string
    {
        // Cut by bytes, then drop what is not ASCII: half a character would make the statement fail.
        return $this->db->quote((string) preg_replace('/[^\x20-\x7E]/', '?', substr($error, 0, 200)));
    }

    private function table(): string
    {
        return '`' . $this->db->table('entrepot_outbox') . '`';
    }
}
