package io.kubejar.apimachinery.cel.library;

import static dev.cel.common.types.SimpleType.BOOL;
import static dev.cel.common.types.SimpleType.STRING;

import dev.cel.common.types.CelType;
import dev.cel.common.types.StructTypeReference;
import io.kubejar.apimachinery.cel.value.BoolValue;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.OpaqueValue;
import io.kubejar.apimachinery.cel.value.StringValue;
import io.kubejar.apimachinery.cel.value.Value;
import io.kubejar.apimachinery.format.Formats;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Questions to the server's authorizer: `authorizer.group('').resource('pods').check('get')`.
public final class Authorizers {
  private static final String PACKAGE = "kubernetes.authorization.";
  public static final CelType AUTHORIZER = StructTypeReference.create(PACKAGE + "Authorizer");
  public static final CelType RESOURCE_CHECK =
      StructTypeReference.create(PACKAGE + "ResourceCheck");
  private static final CelType PATH_CHECK = StructTypeReference.create(PACKAGE + "PathCheck");
  private static final CelType GROUP_CHECK = StructTypeReference.create(PACKAGE + "GroupCheck");
  private static final CelType DECISION = StructTypeReference.create(PACKAGE + "Decision");

  private Authorizers() {}

  /// Answers for one user, or for any service account.
  public interface AccessCheck {
    /// Whether the user may.
    Decision path(String path, String verb);

    Decision resource(ResourceAccess access, String verb);

    /// The same authorizer asked for a service account.
    AccessCheck serviceAccount(String namespace, String name);
  }

  /// What somebody wants to do something with.
  ///
  /// @param fieldSelector as text, empty if there is none
  public record ResourceAccess(
      String group,
      String resource,
      String subresource,
      String namespace,
      String name,
      String fieldSelector,
      String labelSelector) {
    private ResourceAccess with(Part part, String value) {
      return switch (part) {
        case SUBRESOURCE ->
            new ResourceAccess(
                group, resource, value, namespace, name, fieldSelector, labelSelector);
        case NAMESPACE ->
            new ResourceAccess(
                group, resource, subresource, value, name, fieldSelector, labelSelector);
        case NAME ->
            new ResourceAccess(
                group, resource, subresource, namespace, value, fieldSelector, labelSelector);
        case FIELD_SELECTOR ->
            new ResourceAccess(group, resource, subresource, namespace, name, value, labelSelector);
        case LABEL_SELECTOR ->
            new ResourceAccess(group, resource, subresource, namespace, name, fieldSelector, value);
      };
    }
  }

  private enum Part {
    SUBRESOURCE,
    NAMESPACE,
    NAME,
    FIELD_SELECTOR,
    LABEL_SELECTOR
  }

  /// The authorizer's answer.
  ///
  /// @param error why it could not decide; null if it could
  public record Decision(boolean allowed, String reason, @Nullable String error)
      implements OpaqueValue {
    @Override
    public String typeName() {
      return DECISION.name();
    }
  }

  private record AuthorizerValue(AccessCheck check) implements OpaqueValue {
    @Override
    public String typeName() {
      return AUTHORIZER.name();
    }
  }

  private record PathCheck(AccessCheck check, String path) implements OpaqueValue {
    @Override
    public String typeName() {
      return PATH_CHECK.name();
    }
  }

  private record GroupCheck(AccessCheck check, String group) implements OpaqueValue {
    @Override
    public String typeName() {
      return GROUP_CHECK.name();
    }
  }

  private record ResourceCheck(AccessCheck check, ResourceAccess access) implements OpaqueValue {
    @Override
    public String typeName() {
      return RESOURCE_CHECK.name();
    }
  }

  /// The variable `authorizer`.
  public static Value authorizer(AccessCheck check) {
    return new AuthorizerValue(check);
  }

  /// The variable `authorizer.requestResource`.
  public static Value requestResource(AccessCheck check, ResourceAccess access) {
    return new ResourceCheck(check, access);
  }

  public static Library library() {
    return Library.of(
        method("path", "authorizer_path", AUTHORIZER, PATH_CHECK, Authorizers::path),
        method(
            "group",
            "authorizer_group",
            AUTHORIZER,
            GROUP_CHECK,
            a -> new GroupCheck(((AuthorizerValue) a[0]).check(), Texts.text(a[1]))),
        Function.of(
            "serviceAccount",
            Overload.member(
                "authorizer_serviceaccount",
                AUTHORIZER,
                List.of(AUTHORIZER, STRING, STRING),
                Authorizers::serviceAccount)),
        method(
            "resource", "groupcheck_resource", GROUP_CHECK, RESOURCE_CHECK, Authorizers::resource),
        refine("subresource", "resourcecheck_subresource", Part.SUBRESOURCE),
        refine("namespace", "resourcecheck_namespace", Part.NAMESPACE),
        refine("name", "resourcecheck_name", Part.NAME),
        refine("fieldSelector", "authorizer_fieldselector", Part.FIELD_SELECTOR),
        refine("labelSelector", "authorizer_labelselector", Part.LABEL_SELECTOR),
        Function.of(
            "check",
            Overload.member(
                "pathcheck_check",
                DECISION,
                List.of(PATH_CHECK, STRING),
                a -> ((PathCheck) a[0]).check().path(((PathCheck) a[0]).path(), Texts.text(a[1]))),
            Overload.member(
                "resourcecheck_check",
                DECISION,
                List.of(RESOURCE_CHECK, STRING),
                a ->
                    ((ResourceCheck) a[0])
                        .check()
                        .resource(((ResourceCheck) a[0]).access(), Texts.text(a[1])))),
        answer("errored", "decision_errored", BOOL, a -> BoolValue.of(decision(a).error() != null)),
        answer("error", "decision_error", STRING, Authorizers::error),
        answer("allowed", "decision_allowed", BOOL, a -> BoolValue.of(decision(a).allowed())),
        answer("reason", "decision_reason", STRING, a -> new StringValue(decision(a).reason())));
  }

  private static Function method(
      String name, String id, CelType on, CelType result, Overload.Body body) {
    return Function.of(name, Overload.member(id, result, List.of(on, STRING), body));
  }

  private static Function refine(String name, String id, Part part) {
    return method(
        name,
        id,
        RESOURCE_CHECK,
        RESOURCE_CHECK,
        a -> {
          var check = (ResourceCheck) a[0];
          return new ResourceCheck(check.check(), check.access().with(part, Texts.text(a[1])));
        });
  }

  private static Function answer(String name, String id, CelType result, Overload.Body body) {
    return Function.of(name, Overload.member(id, result, List.of(DECISION), body));
  }

  private static Decision decision(Value[] arguments) {
    return (Decision) arguments[0];
  }

  private static Value error(Value[] arguments) {
    var error = decision(arguments).error();
    return error == null ? StringValue.EMPTY : new StringValue(error);
  }

  private static Value path(Value[] arguments) {
    var path = Texts.text(arguments[1]);
    return path.isBlank()
        ? new ErrorValue("path must not be empty")
        : new PathCheck(((AuthorizerValue) arguments[0]).check(), path);
  }

  private static Value resource(Value[] arguments) {
    var group = (GroupCheck) arguments[0];
    var resource = Texts.text(arguments[1]);
    return resource.isBlank()
        ? new ErrorValue("resource must not be empty")
        : new ResourceCheck(
            group.check(), new ResourceAccess(group.group(), resource, "", "", "", "", ""));
  }

  private static Value serviceAccount(Value[] arguments) {
    var namespace = Texts.text(arguments[1]);
    var name = Texts.text(arguments[2]);
    if (!Formats.dns1123Subdomain(name).isEmpty()) {
      return new ErrorValue("Invalid service account name");
    }
    if (!Formats.dns1123Label(namespace).isEmpty()) {
      return new ErrorValue("Invalid service account namespace");
    }
    return new AuthorizerValue(
        ((AuthorizerValue) arguments[0]).check().serviceAccount(namespace, name));
  }
}
