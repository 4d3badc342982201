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

/** What the event map has to ask the shop. Ids are integers here and become strings in events. */
interface ShopReader
{
    /** @return int[] shops that a change in the current context is about */
    public function shopsInContext(): array;

    public function contextShop(): int;

    /** @return int[] */
    public function shopsOfGroup(int $groupId): array;

    /** @return object|null the shop's Order */
    public function order(int $id);

    /** @return int[] orders that share a reference (one cart may give several) */
    public function ordersOfReference(string $reference): array;

    /**
     * @param int|object $state id, or the shop's OrderState
     *
     * @return array<string, mixed>|null as in CONTRACT.md section 5
     */
    public function orderState($state);

    public function carrierRowOfOrder(int $orderId): int;

    /** @return array<int, array{orderDetailId: string, quantity: int}> */
    public function returnLines(int $returnId): array;

    /** @return array<string, mixed>|null the stock row that counts for the shop, with the shop's column names */
    public function stockRow(int $productId, int $combinationId, int $shopId);

    public function hasCombinations(int $productId): bool;

    /** @return int 0 when unknown */
    public function productOfCombination(int $combinationId): int;

    /** @return int 0 when no customer has this address */
    public function customerByEmail(string $email): int;

    /** @return int 0 when unknown */
    public function shopOfCustomer(int $customerId): int;

    /** @return array<string, string> as in CONTRACT.md section 3 */
    public function describeShop(int $shopId): array;
}
