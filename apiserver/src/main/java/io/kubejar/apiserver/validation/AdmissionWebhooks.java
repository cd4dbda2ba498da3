package io.kubejar.apiserver.validation;

import io.kubejar.api.admissionregistration.v1.MatchCondition;
import io.kubejar.api.admissionregistration.v1.MutatingWebhook;
import io.kubejar.api.admissionregistration.v1.MutatingWebhookConfiguration;
import io.kubejar.api.admissionregistration.v1.ServiceReference;
import io.kubejar.api.admissionregistration.v1.ValidatingWebhook;
import io.kubejar.api.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.kubejar.api.admissionregistration.v1.WebhookClientConfig;
import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
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
  private static final int CONDITIONS_MAX = 64;
  private static final Set<String> REVIEWS = Set.of("v1", "v1beta1");
  private static final String FORM = "; desired format: https://host[/path]";

  private AdmissionWebhooks() {}

  static void validating(Check root, ValidatingWebhookConfiguration configuration) {
    var names = new HashSet<String>();
    root.at("webhooks")
        .each(
            configuration.webhooks(),
            (item, webhook) -> {
              common(item, MutatingView.of(webhook));
              selectors(item, webhook.namespaceSelector(), webhook.objectSelector());
              unique(item, webhook.name(), names);
            });
  }

  static void mutating(Check root, MutatingWebhookConfiguration configuration) {
    var names = new HashSet<String>();
    root.at("webhooks")
        .each(
            configuration.webhooks(),
            (item, webhook) -> {
              common(item, webhook);
              selectors(item, webhook.namespaceSelector(), webhook.objectSelector());
              item.at("reinvocationPolicy")
                  .oneOfOrEmpty(webhook.reinvocationPolicy(), "IfNeeded", "Never");
              unique(item, webhook.name(), names);
            });
  }

  private static void selectors(
      Check at, @Nullable LabelSelector ofNamespaces, @Nullable LabelSelector ofObjects) {
    MetadataValidation.selector(at.at("namespaceSelector"), ofNamespaces);
    MetadataValidation.selector(at.at("objectSelector"), ofObjects);
  }

  private static void unique(Check at, String name, Set<String> names) {
    if (!name.isEmpty() && !names.add(name)) {
      at.at("name").duplicate(name);
    }
  }

  /// What both kinds of webhook have, but for their selectors.
  private static final class MutatingView {
    static MutatingWebhook of(ValidatingWebhook webhook) {
      return MutatingWebhook.EMPTY
          .withName(webhook.name())
          .withClientConfig(webhook.clientConfig())
          .withRules(webhook.rules())
          .withFailurePolicy(webhook.failurePolicy())
          .withSideEffects(webhook.sideEffects())
          .withTimeoutSeconds(webhook.timeoutSeconds())
          .withAdmissionReviewVersions(webhook.admissionReviewVersions())
          .withMatchPolicy(webhook.matchPolicy())
          .withMatchConditions(webhook.matchConditions());
    }
  }

  private static void common(Check at, MutatingWebhook webhook) {
    qualifiedName(at.at("name"), webhook.name());
    reviews(at.at("admissionReviewVersions"), webhook.admissionReviewVersions());
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
    at.at("failurePolicy").oneOfOrEmpty(webhook.failurePolicy(), "Fail", "Ignore");
    at.at("matchPolicy").oneOfOrEmpty(webhook.matchPolicy(), "Equivalent", "Exact");
    var effects = webhook.sideEffects();
    if (effects == null) {
      at.at("sideEffects").required("must specify one of None, NoneOnDryRun");
    } else {
      at.at("sideEffects").oneOf(effects, "None", "NoneOnDryRun");
    }
    var timeout = webhook.timeoutSeconds();
    if (timeout != null && (timeout > TIMEOUT_SECONDS_MAX || timeout < 1)) {
      at.at("timeoutSeconds")
          .invalid(timeout, "the timeout value must be between 1 and 30 seconds");
    }
    client(at.at("clientConfig"), webhook.clientConfig());
    conditions(at.at("matchConditions"), webhook.matchConditions());
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

  private static void reviews(Check at, List<String> versions) {
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
    if (versions.stream().noneMatch(REVIEWS::contains)) {
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
    if (url.getHost() == null) {
      at.invalid("", "host must be specified" + FORM);
    }
    if (url.getUserInfo() != null) {
      at.invalid(url.getUserInfo(), "user information is not permitted in the URL");
    }
    if (url.getFragment() != null) {
      at.invalid(url.getFragment(), "fragments are not permitted in the URL");
    }
    if (url.getQuery() != null) {
      at.invalid(url.getQuery(), "query parameters are not permitted in the URL");
    }
  }

  private static void service(Check at, ServiceReference service) {
    if (service.name().isEmpty()) {
      at.at("name").required("service name is required");
    }
    if (service.namespace().isEmpty()) {
      at.at("namespace").required("service namespace is required");
    }
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

  static void conditions(Check at, List<MatchCondition> conditions) {
    if (conditions.size() > CONDITIONS_MAX) {
      at.tooMany(conditions.size(), CONDITIONS_MAX);
    }
    var names = new HashSet<String>();
    at.each(
        conditions,
        (item, condition) -> {
          if (condition.expression().strip().isEmpty()) {
            item.at("expression").required("");
          }
          if (condition.name().isEmpty()) {
            item.at("name").required("");
          } else {
            item.at("name").format(condition.name(), Formats::labelKey);
            if (!names.add(condition.name())) {
              item.at("name").duplicate(condition.name());
            }
          }
        });
  }
}
