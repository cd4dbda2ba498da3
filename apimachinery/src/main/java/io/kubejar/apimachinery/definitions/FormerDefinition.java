package io.kubejar.apimachinery.definitions;

import io.kubejar.apimachinery.definitions.DefinitionForm.Version;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.structural.MetadataRules;
import io.kubejar.apimachinery.structural.RuleLanguage;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a CRD was before an update, and what may therefore stay as it is.
record FormerDefinition(JsonObject crd, DefinitionForm form) {

  static FormerDefinition of(JsonObject crd) {
    return new FormerDefinition(crd, DefinitionForm.of(crd));
  }

  DefinitionRules rulesFor(DefinitionForm changed, MetadataRules metadata, RuleLanguage language) {
    var stored = new HashSet<String>();
    var storedMessages = new HashSet<String>();
    form.anySchema(schema -> collectRules(schema, stored, storedMessages));
    return new DefinitionRules(
        metadata,
        language,
        reviewVersionsAreRecognized(),
        isEstablished(),
        allVersionsHaveSchemas(),
        !form.anySchema(RawSchemas::hasInvalidType),
        form.schemas().stream().noneMatch(RawSchemas::isNonStructural),
        form.schemas().stream().noneMatch(RawSchemas::hasUnprunedDefault),
        !form.anySchema(RawSchemas::isNonAtomicSet),
        !form.anySchema(schema -> !MapListChecks.check(schema, FieldPath.root()).isEmpty()),
        !isEstablished() || hasInvalidCaBundle(),
        stored,
        storedMessages,
        unchangedVersions(changed),
        manySelectable(changed));
  }

  /// Never says yes, to see them all.
  private static boolean collectRules(
      JsonObject schema, Set<String> stored, Set<String> storedMessages) {
    for (var rule : schema.list("x-kubernetes-validations")) {
      if (rule instanceof JsonObject object) {
        stored.add(object.text("rule"));
        if (!object.text("messageExpression").isEmpty()) {
          storedMessages.add(object.text("messageExpression"));
        }
      }
    }
    return false;
  }

  boolean isEstablished() {
    return crd.object("status").list("conditions").stream()
        .anyMatch(
            condition ->
                condition instanceof JsonObject object
                    && object.text("type").equals("Established")
                    && object.text("status").equals("True"));
  }

  private boolean reviewVersionsAreRecognized() {
    var versions = ConversionChecks.reviewVersions(form.spec());
    return versions.isEmpty()
        || versions.stream().anyMatch(ConversionChecks.REVIEW_VERSIONS::contains);
  }

  private boolean allVersionsHaveSchemas() {
    return form.versions().stream().allMatch(version -> form.schemaOf(version) != null);
  }

  private boolean hasInvalidCaBundle() {
    return !ConversionChecks.caBundle(form.spec(), FieldPath.root()).isEmpty();
  }

  private Set<String> unchangedVersions(DefinitionForm changed) {
    var unchanged = new HashSet<String>();
    for (var version : changed.versions()) {
      var before = version(version.name());
      if (before != null && Objects.equals(changed.schemaOf(version), form.schemaOf(before))) {
        unchanged.add(version.name());
      }
    }
    return unchanged;
  }

  private Set<String> manySelectable(DefinitionForm changed) {
    var many = new HashSet<String>();
    if (stayTooMany(changed.common(), form.common())) {
      many.add("");
    }
    for (var version : changed.versions()) {
      var before = version(version.name());
      if (before != null && stayTooMany(version.own(), before.own())) {
        many.add(version.name());
      }
    }
    return many;
  }

  private static boolean stayTooMany(JsonObject fields, JsonObject before) {
    List<JsonValue> selectable = before.list(DefinitionForm.SELECTABLE);
    return selectable.size() > VersionChecks.MOST_SELECTABLE
        && selectable.equals(fields.list(DefinitionForm.SELECTABLE));
  }

  private @Nullable Version version(String name) {
    return form.versions().stream()
        .filter(version -> version.name().equals(name))
        .findFirst()
        .orElse(null);
  }
}
