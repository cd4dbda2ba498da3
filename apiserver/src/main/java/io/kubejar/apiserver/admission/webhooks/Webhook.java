package io.kubejar.apiserver.admission.webhooks;

import io.kubejar.api.admissionregistration.v1.MatchCondition;
import io.kubejar.api.admissionregistration.v1.MutatingWebhook;
import io.kubejar.api.admissionregistration.v1.MutatingWebhookConfiguration;
import io.kubejar.api.admissionregistration.v1.RuleWithOperations;
import io.kubejar.api.admissionregistration.v1.ValidatingWebhook;
import io.kubejar.api.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.apimachinery.selector.Selector;
import io.kubejar.apiserver.webhook.WebhookTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One webhook of either kind, ready for use.
///
/// @param uid names it among all; two of one name in a configuration are told apart by a number
/// @param mutating whether it may change objects
/// @param target empty if the configuration says neither service nor address
/// @param ignoresFailures whether a request goes on if the webhook cannot be asked
/// @param equivalent whether it is also asked about other versions of what its rules name
/// @param sideEffects null if nothing was said
/// @param reinvocable whether it wants to see again what others changed after it
public record Webhook(
    String uid,
    String configuration,
    String name,
    boolean mutating,
    Optional<WebhookTarget> target,
    List<RuleWithOperations> rules,
    boolean ignoresFailures,
    boolean equivalent,
    Selector namespaceSelector,
    Selector objectSelector,
    @Nullable String sideEffects,
    Duration timeout,
    List<String> reviewVersions,
    boolean reinvocable,
    List<MatchCondition> conditions) {
  /// Upstream's default, should an old object say nothing.
  private static final int TIMEOUT_SECONDS = 10;

  private static final String IGNORE = "Ignore";
  private static final String EXACT = "Exact";
  private static final String IF_NEEDED = "IfNeeded";

  static List<Webhook> of(MutatingWebhookConfiguration configuration) {
    var name = configuration.metadata().name();
    var seen = new HashMap<String, Integer>();
    var all = new ArrayList<Webhook>();
    configuration.webhooks().forEach(hook -> all.add(of(name, uid(name, hook.name(), seen), hook)));
    return all;
  }

  static List<Webhook> of(ValidatingWebhookConfiguration configuration) {
    var name = configuration.metadata().name();
    var seen = new HashMap<String, Integer>();
    var all = new ArrayList<Webhook>();
    configuration.webhooks().forEach(hook -> all.add(of(name, uid(name, hook.name(), seen), hook)));
    return all;
  }

  private static String uid(String configuration, String name, Map<String, Integer> seen) {
    int number = seen.merge(name, 1, Integer::sum) - 1;
    return configuration + "/" + name + "/" + number;
  }

  private static Webhook of(String configuration, String uid, MutatingWebhook hook) {
    return new Webhook(
        uid,
        configuration,
        hook.name(),
        true,
        WebhookTarget.of(hook.clientConfig()),
        hook.rules(),
        IGNORE.equals(hook.failurePolicy()),
        !EXACT.equals(hook.matchPolicy()),
        LabelSelectors.of(hook.namespaceSelector()),
        LabelSelectors.of(hook.objectSelector()),
        hook.sideEffects(),
        timeout(hook.timeoutSeconds()),
        hook.admissionReviewVersions(),
        IF_NEEDED.equals(hook.reinvocationPolicy()),
        hook.matchConditions());
  }

  private static Webhook of(String configuration, String uid, ValidatingWebhook hook) {
    return new Webhook(
        uid,
        configuration,
        hook.name(),
        false,
        WebhookTarget.of(hook.clientConfig()),
        hook.rules(),
        IGNORE.equals(hook.failurePolicy()),
        !EXACT.equals(hook.matchPolicy()),
        LabelSelectors.of(hook.namespaceSelector()),
        LabelSelectors.of(hook.objectSelector()),
        hook.sideEffects(),
        timeout(hook.timeoutSeconds()),
        hook.admissionReviewVersions(),
        false,
        hook.matchConditions());
  }

  private static Duration timeout(@Nullable Integer seconds) {
    return Duration.ofSeconds(seconds == null ? TIMEOUT_SECONDS : seconds);
  }

  /// Whether a dry run may ask it.
  boolean allowsDryRun() {
    return "None".equals(sideEffects) || "NoneOnDryRun".equals(sideEffects);
  }
}
