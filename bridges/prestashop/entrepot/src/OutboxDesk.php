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

/** What people and cron do with the outbox: look at it, send failed rows again, throw old rows away. */
final class OutboxDesk
{
    const PENDING_MAX_MS = 1209600000;
    const SENT_KEPT_MS = 604800000;
    const FAILED_KEPT_MS = 2592000000;

    /** @var Database */
    private $db;

    /** @var Clock */
    private $clock;

    public function __construct(Database $db, Clock $clock)
    {
        $this->db = $db;
        $this->clock = $clock;
    }

    /** @return array{pending: int, sent: int, failed: int, oldestPendingAt: int, lastError: string, lastErrorAt: int} */
    public function status(int $shopId): array
    {
        $status = ['pending' => 0, 'sent' => 0, 'failed' => 0, 'oldestPendingAt' => 0, 'lastError' => '', 'lastErrorAt' => 0];
        $where = "WHERE `id_shop` = $shopId";
        foreach ($this->db->rows('SELECT `status`, COUNT(*) AS `n` FROM ' . $this->table() . " $where GROUP BY `status`") as $row) {
            $status[$row['status']] = (int) $row['n'];
        }
        $oldest = $this->db->rows('SELECT MIN(`queued_at`) AS `at` FROM ' . $this->table() . " $where AND `status` = 'pending'");
        $status['oldestPendingAt'] = (int) $oldest[0]['at'];
        $errors = $this->db->rows(
            'SELECT `last_error`, `tried_at` FROM ' . $this->table() . " $where AND `last_error` <> '' ORDER BY `tried_at` DESC, `id` DESC LIMIT 1"
        );
        if ($errors !== []) {
            $status['lastError'] = (string) $errors[0]['last_error'];
            $status['lastErrorAt'] = (int) $errors[0]['tried_at'];
        }

        return $status;
    }

    /** Whether the hub did not take an event a moment ago: shoppers need not wait for another try. */
    public function failedSince(int $shopId, int $sinceMs): bool
    {
        return $this->db->rows(
            'SELECT `id` FROM ' . $this->table() . " WHERE `id_shop` = $shopId AND `status` = 'pending'"
            . " AND `last_error` <> '' AND `tried_at` > $sinceMs LIMIT 1"
        ) !== [];
    }

    /** Puts failed rows back, with their event ids. @return int how many */
    public function sendFailedAgain(int $shopId): int
    {
        $now = $this->clock->nowMs();

        return $this->db->execute(
            'UPDATE ' . $this->table() . " SET `status` = 'pending', `attempts` = 0, `queued_at` = $now, `due_at` = $now"
            . " WHERE `id_shop` = $shopId AND `status` = 'failed'"
        );
    }

    /** Gives up on what waited too long and deletes what is done. All shops. */
    public function tidy()
    {
        $now = $this->clock->nowMs();
        $this->db->execute(
            'UPDATE ' . $this->table() . " SET `status` = 'failed', `last_error` = CONCAT('too old; last: ', `last_error`)"
            . " WHERE `status` = 'pending' AND `claimed_until` <= $now AND `queued_at` < " . ($now - self::PENDING_MAX_MS)
        );
        foreach (['sent' => self::SENT_KEPT_MS, 'failed' => self::FAILED_KEPT_MS] as $status => $keptMs) {
            $this->db->execute(
                'DELETE FROM ' . $this->table() . " WHERE `status` = '$status' AND `queued_at` < " . ($now - $keptMs)
            );
        }
    }

    /** Deletes finished rows about an object, for the erasure of personal data. */
    public function forget(string $objectType, string $objectId)
    {
        $this->db->execute(
            'DELETE FROM ' . $this->table() . ' WHERE `object_type` = ' . $this->db->quote($objectType)
            . ' AND `object_id` = ' . $this->db->quote($objectId) . " AND `status` <> 'pending'"
        );
    }

    private function table(): string
    {
        return '`' . $this->db->table('entrepot_outbox') . '`';
    }
}
