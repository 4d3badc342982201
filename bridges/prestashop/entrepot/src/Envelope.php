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

/** Writes the body of an event (CONTRACT.md section 3). */
final class Envelope
{
    const SCHEMA_VERSION = 1;

    /** @var array<string, string> versions and installation */
    private $source;

    public function __construct(array $source)
    {
        $this->source = $source;
    }

    public function userAgent(): string
    {
        return sprintf(
            'Entrepot-PrestaShop/%s (PrestaShop/%s; PHP/%s)',
            $this->source['module'],
            $this->source['prestashop'],
            $this->source['php']
        );
    }

    /** @param array{eventId: string, sequence: int|null, atMs: int} $stamp */
    public function body(Event $event, array $stamp, array $shop): string
    {
        $fields = [
            'schemaVersion' => self::SCHEMA_VERSION,
            'eventId' => $stamp['eventId'],
            'eventType' => $event->type,
            'occurredAt' => self::time($stamp['atMs']),
            'sequence' => $stamp['sequence'],
            'hook' => $event->hook,
            'object' => ['type' => $event->objectType, 'externalId' => $event->objectId],
            'shop' => $shop,
            'payload' => (object) $event->payload,
            'previous' => $event->previous,
            'source' => $this->source,
        ];
        if ($stamp['sequence'] === null) {
            unset($fields['sequence']);
        }
        // A name with a broken character must not stop the event.
        return (string) json_encode($fields, JSON_PARTIAL_OUTPUT_ON_ERROR);
    }

    /** RFC 3339 in UTC with milliseconds. */
    public static function time(int $ms): string
    {
        return gmdate('Y-m-d\TH:i:s', intdiv($ms, 1000)) . sprintf('.%03dZ', $ms % 1000);
    }
}
