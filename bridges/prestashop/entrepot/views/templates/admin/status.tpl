{**
 * @author    Entrepot contributors
 * @copyright Entrepot contributors
 * @license   https://www.apache.org/licenses/LICENSE-2.0 Apache License 2.0
 *}
<div class="panel">
  <h3><i class="icon-exchange"></i> {l s='Outbox' mod='entrepot'}</h3>
  <table class="table">
    <tbody>
      <tr><td>{l s='Waiting' mod='entrepot'}</td><td>{$entrepot_status.pending|intval}{if $entrepot_status.oldestPendingAt} ({l s='oldest' mod='entrepot'}: {$entrepot_status.oldestPendingAt|escape:'html':'UTF-8'}){/if}</td></tr>
      <tr><td>{l s='Given up' mod='entrepot'}</td><td>{$entrepot_status.failed|intval}</td></tr>
      <tr><td>{l s='Sent in the last 7 days' mod='entrepot'}</td><td>{$entrepot_status.sent|intval}</td></tr>
      <tr><td>{l s='Last error' mod='entrepot'}</td><td>{if $entrepot_status.lastError}{$entrepot_status.lastErrorAt|escape:'html':'UTF-8'}: {$entrepot_status.lastError|escape:'html':'UTF-8'}{else}-{/if}</td></tr>
      <tr><td>{l s='Call every 5 minutes by cron' mod='entrepot'}</td><td><code>{$entrepot_cron|escape:'html':'UTF-8'}</code></td></tr>
    </tbody>
  </table>
  <form method="post" action="{$entrepot_action|escape:'html':'UTF-8'}">
    <button type="submit" name="submitEntrepotTest" value="1" class="btn btn-default">{l s='Test' mod='entrepot'}</button>
    {if $entrepot_status.failed}<button type="submit" name="submitEntrepotRetry" value="1" class="btn btn-default">{l s='Send failed events again' mod='entrepot'}</button>{/if}
  </form>
</div>
