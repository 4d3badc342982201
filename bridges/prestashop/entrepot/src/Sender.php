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

/** Sends due rows of one shop, oldest first, until there are none, the limits are reached or the hub takes nothing. */
final class Sender
{
    /** @var Outbox */
    private $outbox;

    /** @var Transport */
    private $transport;

    /** @var Backoff */
    private $backoff;

    /** @var Clock */
    private $clock;

    /** @var string */
    private $userAgent;

    public function __construct(Outbox $outbox, Transport $transport, Backoff $backoff, Clock $clock, string $userAgent)
    {
        $this->outbox = $outbox;
        $this->transport = $transport;
        $this->backoff = $backoff;
        $this->clock = $clock;
        $this->userAgent = $userAgent;
    }

    /** @return array{sent: int, retried: int, failed: int} */
    public function run(int $shopId, Settings $settings, Limits $limits): array
    {
        $counts = ['sent' => 0, 'retried' => 0, 'failed' => 0];
        if (!$settings->isConnected()) {
            return $counts;
        }
        $end = $this->clock->nowMs() + $limits->runMs;
        for ($n = 0; $n < $limits->rowsMax && $this->clock->nowMs() < $end; ++$n) {
            $row = $this->outbox->claim($shopId);
            if ($row === null) {
                break;
            }
            $response = $this->post($row, $settings, $limits);
            ++$counts[$this->settle($row, $response)];
            if (!$response->isAccepted() && !$response->isAboutThisEvent()) {
                break;
            }
        }

        return $counts;
    }

    /**
     * One attempt with an event that is not in the outbox: the test button and the goodbye.
     *
     * @param array{eventId: string, sequence: null, atMs: int} $stamp
     */
    public function sendOnce(Event $event, array $stamp, string $body, Settings $settings): Response
    {
        $row = [
            'id_shop' => $event->shopId,
            'sequence' => null,
            'event_id' => $stamp['eventId'],
            'event_type' => $event->type,
            'changed_at' => $stamp['atMs'],
            'attempts' => 1,
            'body' => $body,
        ];

        return $this->post($row, $settings, Limits::byCron());
    }

    private function post(array $row, Settings $settings, Limits $limits): Response
    {
        $timestamp = (string) $this->clock->nowMs();
        $headers = [
            'Content-Type' => 'application/json',
            'User-Agent' => $this->userAgent,
            'X-Entrepot-Timestamp' => $timestamp,
            'X-Entrepot-Signature' => Signer::sign($settings->secrets(), $timestamp, $row['body']),
            'X-Entrepot-Event-Id' => $row['event_id'],
            'X-Entrepot-Topic' => $row['event_type'],
            'X-Entrepot-Shop-Id' => (string) $row['id_shop'],
            'X-Entrepot-Changed-At' => Envelope::time((int) $row['changed_at']),
            'X-Entrepot-Attempt' => (string) $row['attempts'],
        ];
        if ($row['sequence'] !== null) {
            $headers['X-Entrepot-Sequence'] = (string) $row['sequence'];
        }

        return $this->transport->post($settings->url, $headers, $row['body'], $limits->connectMs, $limits->requestMs);
    }

    /** @return string what became of the row, as the counts are named */
    private function settle(array $row, Response $response): string
    {
        if ($response->isAccepted()) {
            $this->outbox->markSent($row);

            return 'sent';
        }
        $failures = (int) $row['attempts'];
        if ($response->isGone() || Backoff::isLast($failures)) {
            $this->outbox->markFailed($row, $response->describe());

            return 'failed';
        }
        $now = $this->clock->nowMs();
        $this->outbox->retryLater(
            $row,
            $now + $this->backoff->delayMs($failures, $response->retryAfter, $now),
            $response->describe()
        );

        return 'retried';
    }
}
