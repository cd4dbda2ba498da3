package io.kubejar.apiserver.validation;

import io.kubejar.api.admissionregistration.v1.MatchCondition;
import io.kubejar.api.admissionregistration.v1.MutatingWebhook;
import io.kubejar.api.admissionregistration.v1.MutatingWebhookConfiguration;
import io.kubejar.api.admissionregistration.v1.ServiceReference;
import io.kubejar.api.admissionregistration.v1.ValidatingWebhook;
import io.kubejar.api.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.kubejar.api.admissionregistration.v1.WebhookClientConfig;
import io.kubejar.apimachinery.cel.Environments;
import io.kubejar.apimachinery.format.Formats;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Webhooks that take part in admission.
final class AdmissionWebhooks {
  private static final int TIMEOUT_SECONDS_MAX = 30;
  private static final Set<String> REVIEWS = Set.of("v1", "v1beta1");
  private static final List<String> HARMLESS = List.of("None", "NoneOnDryRun");
  private static final List<String> ALL_EFFECTS =
      List.of("None", "NoneOnDryRun", "Some", "Unknown");
  private static final String FORM = "; desired format: https://host[/path]";

  private AdmissionWebhooks() {}

  /// What an older object may go on doing that a new one may not.
  ///
  /// @param conditions whether match conditions are looked at
  /// @param onlyHarmless whether webhooks must have no side effects
  /// @param reviews whether a version of reviews must be one that the server knows
  /// @param uniqueNames whether no two webhooks may have one name
  /// @param labelValues whether the values in selectors must be such as labels can have
  private record Strictness(
      boolean conditions,
      boolean onlyHarmless,
      boolean reviews,
      boolean uniqueNames,
      boolean labelValues) {
    static final Strictness FULL = new Strictness(true, true, true, true, true);

    static Strictness of(List<MutatingWebhook> now, List<MutatingWebhook> old) {
      return new Strictness(
          !conditions(now).equals(conditions(old)),
          old.stream().allMatch(each -> HARMLESS.contains(String.valueOf(each.sideEffects()))),
          old.stream()
              .map(MutatingWebhook::admissionReviewVersions)
              .allMatch(each -> each.isEmpty() || each.stream().anyMatch(REVIEWS::contains)),
          old.stream().map(MutatingWebhook::name).distinct().count() == old.size(),
          old.stream().allMatch(AdmissionWebhooks::hasGoodSelectors));
    }

    private static List<List<MatchCondition>> conditions(List<MutatingWebhook> webhooks) {
      return webhooks.stream().map(MutatingWebhook::matchConditions).toList();
    }
  }

  static void validating(Check root, ValidatingWebhookConfiguration configuration) {
    all(root, views(configuration), Strictness.FULL);
  }

  static void validating(
      Check root,
      ValidatingWebhookConfiguration configuration,
      ValidatingWebhookConfiguration old) {
    var webhooks = views(configuration);
    all(root, webhooks, Strictness.of(webhooks, views(old)));
  }

  static void mutating(Check root, MutatingWebhookConfiguration configuration) {
    all(root, configuration.webhooks(), Strictness.FULL);
  }

  static void mutating(
      Check root, MutatingWebhookConfiguration configuration, MutatingWebhookConfiguration old) {
    var webhooks = configuration.webhooks();
    all(root, webhooks, Strictness.of(webhooks, old.webhooks()));
  }

  private static List<MutatingWebhook> views(ValidatingWebhookConfiguration configuration) {
    return configuration.webhooks().stream().map(AdmissionWebhooks::view).toList();
  }

  private static void all(Check root, List<MutatingWebhook> webhooks, Strictness strictness) {
    var names = new HashSet<String>();
    root.at("webhooks")
        .each(
            webhooks,
            (item, webhook) -> {
              webhook(item, webhook, strictness);
              if (strictness.uniqueNames()) {
                unique(item, webhook.name(), names);
              }
            });
  }

  private static boolean hasGoodSelectors(MutatingWebhook webhook) {
    var check = Check.root();
    MetadataValidation.selector(check, webhook.namespaceSelector());
    MetadataValidation.selector(check, webhook.objectSelector());
    return check.errors().isEmpty();
  }

  private static void unique(Check at, String name, Set<String> names) {
    if (!name.isEmpty() && !names.add(name)) {
      at.at("name").duplicate(name);
    }
  }

  /// A validating webhook as a mutating one that is never called again.
  private static MutatingWebhook view(ValidatingWebhook webhook) {
    return MutatingWebhook.EMPTY
        .withName(webhook.name())
        .withClientConfig(webhook.clientConfig())
        .withRules(webhook.rules())
        .withFailurePolicy(webhook.failurePolicy())
        .withNamespaceSelector(webhook.namespaceSelector())
        .withObjectSelector(webhook.objectSelector())
        .withSideEffects(webhook.sideEffects())
        .withTimeoutSeconds(webhook.timeoutSeconds())
        .withAdmissionReviewVersions(webhook.admissionReviewVersions())
        .withMatchPolicy(webhook.matchPolicy())
        .withMatchConditions(webhook.matchConditions());
  }

  private static void webhook(Check at, MutatingWebhook webhook, Strictness strictness) {
    qualifiedName(at.at("name"), webhook.name());
    at.at("rules")
        .each(
            webhook.rules(),
            (item, rule) ->
                AdmissionRules.rule(
                    item,
                    rule.operations(),
                    rule.apiGroups(),
                    rule.apiVersions(),
                    rule.resources(),
                    rule.scope()));
    at.at("failurePolicy").oneOfIfSet(webhook.failurePolicy(), "Fail", "Ignore");
    at.at("matchPolicy").oneOfIfSet(webhook.matchPolicy(), "Equivalent", "Exact");
    sideEffects(at.at("sideEffects"), webhook.sideEffects(), strictness.onlyHarmless());
    var timeout = webhook.timeoutSeconds();
    if (timeout != null && (timeout > TIMEOUT_SECONDS_MAX || timeout < 1)) {
      at.at("timeoutSeconds")
          .invalid(timeout, "the timeout value must be between 1 and 30 seconds");
    }
    boolean values = strictness.labelValues();
    MetadataValidation.selector(at.at("namespaceSelector"), webhook.namespaceSelector(), values);
    MetadataValidation.selector(at.at("objectSelector"), webhook.objectSelector(), values);
    at.at("reinvocationPolicy").oneOfIfSet(webhook.reinvocationPolicy(), "IfNeeded", "Never");
    client(at.at("clientConfig"), webhook.clientConfig());
    if (strictness.conditions()) {
      PolicyParts.conditions(
          at.at("matchConditions"), webhook.matchConditions(), Environments.admission());
    }
    reviews(
        at.at("admissionReviewVersions"), webhook.admissionReviewVersions(), strictness.reviews());
  }

  private static void sideEffects(Check at, @Nullable String effects, boolean onlyHarmless) {
    var allowed = onlyHarmless ? HARMLESS : ALL_EFFECTS;
    if (effects == null) {
      at.required("must specify one of " + String.join(", ", allowed));
    } else {
      at.oneOfIfSet(effects, allowed.toArray(String[]::new));
    }
  }

  static void qualifiedName(Check at, String name) {
    if (name.isEmpty()) {
      at.required("");
      return;
    }
    var wrong = Formats.dns1123Subdomain(name);
    at.messages(name, wrong);
    if (wrong.isEmpty() && name.split("\\.", -1).length < 3) {
      at.invalid(name, "should be a domain with at least three segments separated by dots");
    }
  }

  private static void reviews(Check at, List<String> versions, boolean known) {
    if (versions.isEmpty()) {
      at.required("must specify one of v1, v1beta1");
      return;
    }
    var seen = new HashSet<String>();
    at.each(
        versions,
        (item, version) -> {
          if (!seen.add(version)) {
            item.invalid(version, "duplicate version");
            return;
          }
          item.format(version, Formats::dns1035Label);
        });
    if (known && versions.stream().noneMatch(REVIEWS::contains)) {
      at.invalid(versions, "must include at least one of v1, v1beta1");
    }
  }

  private static void client(Check at, WebhookClientConfig client) {
    var url = client.url();
    var service = client.service();
    if ((url == null) == (service == null)) {
      at.required("exactly one of url or service is required");
    } else if (url != null) {
      url(at.at("url"), url);
    } else {
      service(at.at("service"), Objects.requireNonNull(service));
    }
  }

  static void url(Check at, String text) {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException malformed) {
      at.required("url must be a valid URL: " + malformed.getMessage() + FORM);
      return;
    }
    var scheme = Objects.requireNonNullElse(url.getScheme(), "");
    if (!scheme.equals("https")) {
      at.invalid(scheme, "'https' is the only allowed URL scheme" + FORM);
    }
    var authority = Objects.requireNonNullElse(url.getRawAuthority(), "");
    if (authority.substring(authority.indexOf('@') + 1).isEmpty()) {
      at.invalid("", "host must be specified" + FORM);
    }
    if (authority.indexOf('@') >= 0) {
      var user = authority.substring(0, authority.indexOf('@'));
      at.invalid(user, "user information is not permitted in the URL");
    }
    if (url.getFragment() != null && !url.getFragment().isEmpty()) {
      at.invalid(url.getFragment(), "fragments are not permitted in the URL");
    }
    if (url.getRawQuery() != null && !url.getRawQuery().isEmpty()) {
      at.invalid(url.getRawQuery(), "query parameters are not permitted in the URL");
    }
  }

  private static void service(Check at, ServiceReference service) {
    // Upstream passes these two in the wrong order, and clients see the other's name.
    at.at("name").nonEmpty(service.namespace());
    at.at("namespace").nonEmpty(service.name());
    int port = Objects.requireNonNullElse(service.port(), 0);
    var wrong = Formats.portNumber(port);
    if (!wrong.isEmpty()) {
      at.at("port").invalid(port, "port is not valid: " + String.join(", ", wrong));
    }
    path(at.at("path"), service.path());
  }

  private static void path(Check at, @Nullable String path) {
    if (path == null || path.equals("/") || path.isEmpty()) {
      return;
    }
    if (path.equals("//")) {
      at.invalid(path, "segment[0] may not be empty");
      return;
    }
    if (!path.startsWith("/")) {
      at.invalid(path, "must start with a '/'");
    }
    var checked = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    var steps = checked.substring(1).split("/", -1);
    for (int i = 0; i < steps.length; i++) {
      if (steps[i].isEmpty()) {
        at.invalid(path, "segment[" + i + "] may not be empty");
        continue;
      }
      for (var message : Formats.dns1123Subdomain(steps[i])) {
        at.invalid(path, "segment[" + i + "]: " + message);
      }
    }
  }
}
