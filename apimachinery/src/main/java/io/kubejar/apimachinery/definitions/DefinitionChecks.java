package io.kubejar.apimachinery.definitions;

import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.definitions.DefinitionForm.Version;
import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.structural.MetadataRules;
import io.kubejar.apimachinery.structural.RuleLanguage;
import io.kubejar.apimachinery.structural.StructuralSchema;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// All checks of a CustomResourceDefinition, except those of its metadata, which are those of any
/// object without a namespace.
///
/// @param metadata what is asked of the metadata of embedded resources in defaults
/// @param language of the rules in schemas
public record DefinitionChecks(MetadataRules metadata, RuleLanguage language) {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final FieldPath STATUS = FieldPath.of("status");

  /// Checks a new CRD, with its defaults set.
  public List<FieldError> create(JsonObject crd) {
    var form = DefinitionForm.of(crd);
    var errors = new ArrayList<FieldError>();
    var name = crd.object("metadata").text("name");
    var wanted = form.spec().object("names").text("plural") + "." + form.spec().text("group");
    if (!name.equals(wanted)) {
      errors.add(
          FieldError.invalid("metadata.name", name, "must be spec.names.plural+\".\"+spec.group"));
    }
    errors.addAll(spec(form, DefinitionRules.strict(metadata, language)));
    errors.addAll(status(crd));
    errors.addAll(storedVersions(crd, form));
    errors.addAll(approval(crd, form, JsonObject.EMPTY, false));
    errors.addAll(preservation(form, false));
    return errors;
  }

  /// Checks a changed CRD. What was wrong before may stay wrong.
  public List<FieldError> update(JsonObject crd, JsonObject old) {
    var form = DefinitionForm.of(crd);
    var former = FormerDefinition.of(old);
    var errors = new ArrayList<>(spec(form, former.rulesFor(form, metadata, language)));
    errors.addAll(immutable(form, former));
    errors.addAll(status(crd));
    errors.addAll(storedVersions(crd, form));
    errors.addAll(approval(crd, form, old, true));
    errors.addAll(preservation(form, former.form().preserveUnknownFields()));
    return errors;
  }

  /// Checks a CRD whose status was changed.
  public List<FieldError> updateStatus(JsonObject crd) {
    return status(crd);
  }

  /// What the author of a new CRD should know.
  public static List<String> createWarnings(JsonObject crd) {
    return DefinitionForm.of(crd).unrecognizedFormats().stream()
        .map(DefinitionChecks::unrecognized)
        .toList();
  }

  /// What whoever changed a CRD should know: only what is new.
  public static List<String> updateWarnings(JsonObject crd, JsonObject old) {
    var before = Set.copyOf(DefinitionForm.of(old).unrecognizedFormats());
    return DefinitionForm.of(crd).unrecognizedFormats().stream()
        .filter(format -> !before.contains(format))
        .map(DefinitionChecks::unrecognized)
        .toList();
  }

  private static String unrecognized(String format) {
    return "unrecognized format " + GoText.quoted(format);
  }

  private static List<FieldError> status(JsonObject crd) {
    var names = crd.object("status").object("acceptedNames");
    return NameChecks.check(names, STATUS.child("acceptedNames"), false);
  }

  private List<FieldError> spec(DefinitionForm form, DefinitionRules given) {
    if (form.schemas().stream().anyMatch(StructuralSchema::isTooDeep)) {
      return List.of(
          FieldError.invalid(SPEC.child("versions").text(), "", StructuralSchema.TOO_DEEP));
    }
    boolean defaults = form.anySchema(RawSchemas::hasDefault);
    boolean structural =
        given.structural()
            || !form.preserveUnknownFields()
            || defaults
            || form.anySchema(RawSchemas::hasExtension);
    var rules = given.withStructural(structural);
    var errors = new ArrayList<>(groupAndScope(form.spec()));
    errors.addAll(missingSchemas(form, rules));
    if (defaults && form.preserveUnknownFields()) {
      errors.add(
          FieldError.invalid(
              SPEC.child("preserveUnknownFields").text(),
              true,
              "must be false in order to use defaults in the schema"));
    }
    errors.addAll(versions(form, rules));
    errors.addAll(NameChecks.check(form.spec().object("names"), SPEC.child("names"), true));
    errors.addAll(common(form, rules));
    errors.addAll(ConversionChecks.check(form, rules, SPEC.child("conversion")));
    return errors;
  }

  private static List<FieldError> groupAndScope(JsonObject spec) {
    var errors = new ArrayList<FieldError>();
    var group = spec.text("group");
    var path = SPEC.child("group").text();
    var wrong = Formats.dns1123Subdomain(group);
    if (group.isEmpty()) {
      errors.add(FieldError.required(path, ""));
    } else if (!wrong.isEmpty()) {
      errors.add(FieldError.invalid(path, group, String.join(",", wrong)));
    } else if (group.indexOf('.') < 0) {
      errors.add(FieldError.invalid(path, group, "should be a domain with at least one dot"));
    }
    errors.addAll(oneOf(SPEC.child("scope"), spec.text("scope"), List.of("Cluster", "Namespaced")));
    return errors;
  }

  /// Whether a required word is one of those accepted.
  static List<FieldError> oneOf(FieldPath path, String value, List<String> accepted) {
    if (value.isEmpty()) {
      return List.of(FieldError.required(path.text(), ""));
    }
    return accepted.contains(value)
        ? List.of()
        : List.of(FieldError.notSupported(path.text(), value, accepted));
  }

  private static List<FieldError> missingSchemas(DefinitionForm form, DefinitionRules rules) {
    var errors = new ArrayList<FieldError>();
    for (int i = 0; i < form.versions().size(); i++) {
      var version = form.versions().get(i);
      var path = SPEC.child("versions").index(i).child("schema").child("openAPIV3Schema").text();
      if (form.schemaOf(version) != null) {
        continue;
      }
      if (rules.openApiSchema()) {
        errors.add(FieldError.required(path, ""));
      } else if (!form.preserveUnknownFields() && DefinitionForm.flag(version.own(), "served")) {
        errors.add(FieldError.required(path, "because otherwise all fields are pruned"));
      }
    }
    return errors;
  }

  private static List<FieldError> versions(DefinitionForm form, DefinitionRules rules) {
    var errors = new ArrayList<FieldError>();
    var path = SPEC.child("versions");
    var names = new HashSet<String>();
    int storage = 0;
    for (int i = 0; i < form.versions().size(); i++) {
      var version = form.versions().get(i);
      names.add(version.name());
      storage += version.storage() ? 1 : 0;
      var wrong = Formats.dns1035Label(version.name());
      if (!wrong.isEmpty()) {
        errors.add(
            FieldError.invalid(
                path.index(i).child("name").text(), version.name(), String.join(",", wrong)));
      }
      errors.addAll(version(form, version, rules, path.index(i)));
    }
    var shown = shown(form);
    if (names.size() != form.versions().size()) {
      errors.add(FieldError.invalid(path.text(), shown, "must contain unique version names"));
    }
    if (storage != 1) {
      errors.add(
          FieldError.invalid(
              path.text(), shown, "must have exactly one version marked as storage version"));
    }
    return errors;
  }

  private static List<FieldError> version(
      DefinitionForm form, Version version, DefinitionRules rules, FieldPath path) {
    var own = version.own();
    var errors = new ArrayList<>(VersionChecks.deprecation(own, path));
    var schema = DefinitionForm.openApi(version.schema());
    if (schema != null) {
      var subresources = form.subresourcesOf(version);
      boolean status = subresources != null && RawSchemas.isPresent(subresources, "status");
      boolean unchanged = rules.unchangedVersions().contains(version.name());
      errors.addAll(
          SchemaChecks.check(
              schema, status, unchanged, rules, path.child("schema").child("openAPIV3Schema")));
    }
    if (own.get(DefinitionForm.SUBRESOURCES) instanceof JsonObject subresources) {
      errors.addAll(
          VersionChecks.subresources(subresources, path.child(DefinitionForm.SUBRESOURCES)));
    }
    errors.addAll(
        VersionChecks.columns(
            own.list(DefinitionForm.COLUMNS), path.child(DefinitionForm.COLUMNS)));
    var selectable = own.list(DefinitionForm.SELECTABLE);
    var selectablePath = path.child(DefinitionForm.SELECTABLE);
    if (!selectable.isEmpty() && schema == null) {
      errors.add(
          FieldError.invalid(
              selectablePath.text(),
              "",
              "may only be set when `version.schema.openAPIV3Schema` is not included"));
    }
    boolean tooMany = rules.manySelectable().contains(version.name());
    errors.addAll(VersionChecks.selectable(selectable, schema, tooMany, selectablePath));
    return errors;
  }

  private static List<FieldError> common(DefinitionForm form, DefinitionRules rules) {
    var errors = new ArrayList<FieldError>();
    var schema = DefinitionForm.openApi(form.commonObject(DefinitionForm.SCHEMA));
    if (schema != null) {
      boolean status =
          form.versions().stream()
              .map(form::subresourcesOf)
              .anyMatch(found -> found != null && RawSchemas.isPresent(found, "status"));
      boolean unchanged = rules.unchangedVersions().contains(form.versions().getFirst().name());
      var path = SPEC.child("validation").child("openAPIV3Schema");
      errors.addAll(SchemaChecks.check(schema, status, unchanged, rules, path));
    }
    errors.addAll(
        VersionChecks.subresources(
            form.commonObject(DefinitionForm.SUBRESOURCES),
            SPEC.child(DefinitionForm.SUBRESOURCES)));
    errors.addAll(
        VersionChecks.columns(
            form.common().list(DefinitionForm.COLUMNS), SPEC.child(DefinitionForm.COLUMNS)));
    var selectable = form.common().list(DefinitionForm.SELECTABLE);
    var path = SPEC.child(DefinitionForm.SELECTABLE);
    if (!selectable.isEmpty() && form.commonObject(DefinitionForm.SCHEMA) == null) {
      errors.add(
          FieldError.invalid(
              path.text(), "", "may only be set when validations.schema is included"));
    }
    boolean tooMany = rules.manySelectable().contains("");
    errors.addAll(VersionChecks.selectable(selectable, schema, tooMany, path));
    return errors;
  }

  private static List<FieldError> immutable(DefinitionForm form, FormerDefinition former) {
    var errors = new ArrayList<FieldError>();
    var spec = form.spec();
    var before = former.form().spec();
    var names = spec.object("names");
    var namesBefore = before.object("names");
    if (former.isEstablished()) {
      same(errors, SPEC.child("scope"), spec.text("scope"), before.text("scope"));
      same(errors, SPEC.child("names").child("kind"), names.text("kind"), namesBefore.text("kind"));
    }
    same(errors, SPEC.child("group"), spec.text("group"), before.text("group"));
    same(
        errors,
        SPEC.child("names").child("plural"),
        names.text("plural"),
        namesBefore.text("plural"));
    return errors;
  }

  private static void same(List<FieldError> errors, FieldPath path, String value, String before) {
    if (!value.equals(before)) {
      errors.add(FieldError.invalid(path.text(), value, "field is immutable"));
    }
  }

  private static List<FieldError> storedVersions(JsonObject crd, DefinitionForm form) {
    var path = STATUS.child("storedVersions");
    var stored = crd.object("status").list("storedVersions");
    var shown = new JsonArray(stored);
    if (stored.isEmpty()) {
      return List.of(
          FieldError.invalid(
              path.text(), JsonArray.EMPTY, "must have at least one stored version"));
    }
    var errors = new ArrayList<FieldError>();
    Set<String> names = new HashSet<>();
    for (var version : form.versions()) {
      names.add(version.name());
      if (version.storage() && !stored.contains(new JsonString(version.name()))) {
        errors.add(
            FieldError.invalid(
                path.text(), shown, "must have the storage version " + version.name()));
      }
    }
    for (int i = 0; i < stored.size(); i++) {
      if (stored.get(i) instanceof JsonString(var name) && !names.contains(name)) {
        errors.add(
            FieldError.invalid(
                path.index(i).text(),
                name,
                String.format(
                    "missing from spec.versions; %1$s was previously a storage version, and must"
                        + " remain in spec.versions until a storage migration ensures no data"
                        + " remains persisted in %1$s and removes %1$s from status.storedVersions",
                    name)));
      }
    }
    return errors;
  }

  private static List<FieldError> approval(
      JsonObject crd, DefinitionForm form, JsonObject old, boolean update) {
    if (!ApiApproval.isProtected(form.spec().text("group"))) {
      return List.of();
    }
    var annotations = annotations(crd);
    var approval = ApiApproval.of(annotations);
    if (update && ApiApproval.of(annotations(old)).state() == approval.state()) {
      return List.of();
    }
    var path = FieldPath.of("metadata", "annotations").key(ApiApproval.ANNOTATION).text();
    return switch (approval.state()) {
      case INVALID ->
          List.of(
              FieldError.invalid(
                  path, annotations.getOrDefault(ApiApproval.ANNOTATION, ""), approval.reason()));
      case MISSING -> List.of(FieldError.required(path, approval.reason()));
      case APPROVED, BYPASSED -> List.of();
    };
  }

  private static Map<String, String> annotations(JsonObject crd) {
    var annotations = new HashMap<String, String>();
    for (var entry : crd.object("metadata").object("annotations").fields().entrySet()) {
      if (entry.getValue() instanceof JsonString(var text)) {
        annotations.put(entry.getKey(), text);
      }
    }
    return annotations;
  }

  private static List<FieldError> preservation(DefinitionForm form, boolean before) {
    return form.preserveUnknownFields() && !before
        ? List.of(
            FieldError.invalid(
                SPEC.child("preserveUnknownFields").text(),
                true,
                "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in"
                    + " spec.versions[*].schema instead"))
        : List.of();
  }

  /// Upstream shows its internal form here, whose field names nobody outside knows.
  private static JsonArray shown(DefinitionForm form) {
    return new JsonArray(
        form.versions().stream().map(version -> (JsonValue) version.own()).toList());
  }
}
