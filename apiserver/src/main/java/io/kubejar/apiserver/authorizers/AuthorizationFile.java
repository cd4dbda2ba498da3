package io.kubejar.apiserver.authorizers;

import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.configfile.ConfigFileException;
import io.kubejar.apiserver.configfile.ConfigPart;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What an `AuthorizationConfiguration` file says.
record AuthorizationFile(List<Entry> authorizers) {
  static final String WEBHOOK = "Webhook";

  private static final Set<String> VERSIONS =
      Set.of(
          "apiserver.config.k8s.io/v1",
          "apiserver.config.k8s.io/v1beta1",
          "apiserver.config.k8s.io/v1alpha1");

  /// @param webhook how it is asked; null for those that are not
  record Entry(String type, String name, @Nullable WebhookConfig webhook) {}

  AuthorizationFile {
    authorizers = List.copyOf(authorizers);
  }

  /// @param known all types but webhooks
  /// @throws ConfigFileException if the file cannot be used
  static AuthorizationFile read(String text, Set<String> known) {
    var document = ConfigPart.document(text, "AuthorizationConfiguration", VERSIONS);
    var faults = new ArrayList<FieldError>();
    var entries = new ArrayList<Entry>();
    for (var part : document.parts("authorizers")) {
      var path = "authorizers[" + entries.size() + "]";
      entries.add(entry(path, part, faults));
    }
    document.done();
    if (entries.isEmpty()) {
      faults.add(
          FieldError.required("authorizers", "at least one authorization mode must be defined"));
    }
    types(entries, known, faults);
    names(entries, faults);
    if (!faults.isEmpty()) {
      throw new ConfigFileException(
          faults.stream().map(FieldError::text).collect(Collectors.joining("; ")));
    }
    return new AuthorizationFile(entries);
  }

  private static Entry entry(String path, ConfigPart part, List<FieldError> faults) {
    var type = part.text("type");
    var webhook = part.partOrNull("webhook");
    var config = webhook == null ? null : WebhookConfig.read(path, webhook, faults);
    if (type.equals(WEBHOOK) && webhook == null) {
      faults.add(FieldError.required(path + ".webhook", "required when type=Webhook"));
    }
    if (!type.equals(WEBHOOK) && webhook != null) {
      faults.add(
          FieldError.invalid(
              path + ".webhook", "non-null", "may only be specified when type=Webhook"));
    }
    var read = new Entry(type, part.text("name"), config);
    part.done();
    return read;
  }

  private static void types(List<Entry> entries, Set<String> known, List<FieldError> faults) {
    var all = new TreeSet<>(known);
    all.add(WEBHOOK);
    var seen = new HashSet<String>();
    for (int i = 0; i < entries.size(); i++) {
      var type = entries.get(i).type();
      var field = "authorizers[" + i + "].type";
      if (type.isEmpty()) {
        faults.add(FieldError.required(field, ""));
      } else if (!all.contains(type)) {
        faults.add(FieldError.notSupported(field, type, List.copyOf(all)));
      } else if (!seen.add(type) && !type.equals(WEBHOOK)) {
        faults.add(FieldError.duplicate(field, type));
      }
    }
  }

  private static void names(List<Entry> entries, List<FieldError> faults) {
    var seen = new HashSet<String>();
    for (int i = 0; i < entries.size(); i++) {
      var name = entries.get(i).name();
      var field = "authorizers[" + i + "].name";
      var wrong = Formats.dns1123Subdomain(name);
      if (name.isEmpty()) {
        faults.add(FieldError.required(field, ""));
      } else if (!seen.add(name)) {
        faults.add(FieldError.duplicate(field, name));
      } else if (!wrong.isEmpty()) {
        faults.add(
            FieldError.invalid(
                field, name, "authorizer name is invalid: " + String.join(", ", wrong)));
      }
    }
  }
}
