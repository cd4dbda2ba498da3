package io.kubejar.apimachinery.definitions;

import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import io.kubejar.apimachinery.validation.WebhookChecks;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How objects are converted between the versions of a CRD.
final class ConversionChecks {
  /// The versions of ConversionReview that the server speaks.
  static final List<String> REVIEW_VERSIONS = List.of("v1", "v1beta1");

  private static final String NONE = "None";
  private static final String WEBHOOK = "Webhook";
  private static final long HTTPS = 443;

  private final List<FieldError> errors = new ArrayList<>();

  private ConversionChecks() {}

  static List<FieldError> check(DefinitionForm form, DefinitionRules rules, FieldPath path) {
    var checks = new ConversionChecks();
    if (form.spec().get("conversion") instanceof JsonObject conversion) {
      checks.conversion(form, conversion, rules, path);
    }
    return checks.errors;
  }

  static List<String> reviewVersions(JsonObject spec) {
    return spec.object("conversion").object("webhook").list("conversionReviewVersions").stream()
        .map(version -> version instanceof JsonString(var text) ? text : "")
        .toList();
  }

  static List<FieldError> caBundle(JsonObject spec, FieldPath path) {
    var client = client(spec.object("conversion"));
    var bundle = client == null ? "" : client.text("caBundle");
    return bundle.isEmpty()
        ? List.of()
        : WebhookChecks.caBundle(path, Base64.getDecoder().decode(bundle));
  }

  private static @Nullable JsonObject client(JsonObject conversion) {
    return conversion.object("webhook").get("clientConfig") instanceof JsonObject client
        ? client
        : null;
  }

  private void conversion(
      DefinitionForm form, JsonObject conversion, DefinitionRules rules, FieldPath path) {
    var strategy = conversion.text("strategy");
    var strategyPath = path.child("strategy");
    if (!strategy.equals(NONE) && form.preserveUnknownFields()) {
      invalid(strategyPath, strategy, "must be None if spec.preserveUnknownFields is true");
    }
    errors.addAll(DefinitionChecks.oneOf(strategyPath, strategy, List.of(NONE, WEBHOOK)));
    var client = client(conversion);
    var clientPath = path.child("webhookClientConfig");
    var versions = reviewVersions(form.spec());
    var versionsPath = path.child("conversionReviewVersions");
    if (!strategy.equals(WEBHOOK)) {
      var detail = "should not be set when strategy is not set to Webhook";
      if (client != null) {
        errors.add(FieldError.forbidden(clientPath.text(), detail));
      }
      if (!versions.isEmpty()) {
        errors.add(FieldError.forbidden(versionsPath.text(), detail));
      }
      return;
    }
    if (client == null) {
      required(clientPath, "required when strategy is set to Webhook");
    } else {
      client(client, clientPath);
      if (!rules.invalidCaBundle()) {
        errors.addAll(caBundle(form.spec(), clientPath.child("caBundle")));
      }
    }
    reviewVersions(versions, rules.recognizedReviewVersion(), versionsPath);
  }

  private void client(JsonObject client, FieldPath path) {
    var url = DefinitionForm.text(client, "url");
    var service = client.get("service") instanceof JsonObject object ? object : null;
    if ((url == null) == (service == null)) {
      required(path, "exactly one of url or service is required");
    } else if (url != null) {
      errors.addAll(WebhookChecks.url(path.child("url"), url));
    } else if (service != null) {
      long port = service.get("port") instanceof JsonNumber number ? number.longValue() : HTTPS;
      // Upstream hands over name and namespace in the wrong order, which a missing one shows.
      errors.addAll(
          WebhookChecks.service(
              path.child("service"),
              service.text("name"),
              service.text("namespace"),
              DefinitionForm.text(service, "path"),
              port));
    }
  }

  private void reviewVersions(List<String> versions, boolean recognized, FieldPath path) {
    if (versions.isEmpty()) {
      required(path, "");
      return;
    }
    var seen = new HashSet<String>();
    for (int i = 0; i < versions.size(); i++) {
      var version = versions.get(i);
      if (!seen.add(version)) {
        invalid(path.index(i), version, "duplicate version");
        continue;
      }
      for (var wrong : Formats.dns1035Label(version)) {
        invalid(path.index(i), version, wrong);
      }
    }
    if (recognized && REVIEW_VERSIONS.stream().noneMatch(seen::contains)) {
      invalid(
          path,
          new JsonArray(versions.stream().map(text -> (JsonValue) new JsonString(text)).toList()),
          "must include at least one of " + String.join(", ", REVIEW_VERSIONS));
    }
  }

  private void required(FieldPath path, String detail) {
    errors.add(FieldError.required(path.text(), detail));
  }

  private void invalid(FieldPath path, Object value, String detail) {
    errors.add(FieldError.invalid(path.text(), value, detail));
  }
}
