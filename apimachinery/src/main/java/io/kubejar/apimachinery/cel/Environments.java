package io.kubejar.apimachinery.cel;

import io.kubejar.apimachinery.cel.library.Addresses;
import io.kubejar.apimachinery.cel.library.Authorizers;
import io.kubejar.apimachinery.cel.library.Comprehensions;
import io.kubejar.apimachinery.cel.library.JsonPatches;
import io.kubejar.apimachinery.cel.library.Library;
import io.kubejar.apimachinery.cel.library.Lists;
import io.kubejar.apimachinery.cel.library.NamedFormats;
import io.kubejar.apimachinery.cel.library.Optionals;
import io.kubejar.apimachinery.cel.library.Quantities;
import io.kubejar.apimachinery.cel.library.Regexes;
import io.kubejar.apimachinery.cel.library.Semvers;
import io.kubejar.apimachinery.cel.library.Texts;
import io.kubejar.apimachinery.cel.library.Urls;
import io.kubejar.apimachinery.cel.type.DeclType;
import io.kubejar.apimachinery.cel.type.Scalar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The environments of Kubernetes. Each is made when it is first asked for.
public final class Environments {
  private static final DeclType TEXTS = DeclType.listOf(Scalar.STRING);

  private Environments() {}

  private static final class Base {
    private static final Environment ENVIRONMENT = Environment.of(libraries());
  }

  private static final class Claims {
    private static final Environment ENVIRONMENT =
        base()
            .with("claims", DeclType.mapOf(Scalar.ANY))
            .with(Environment.ResultWording.NAMES_WANTED_ONLY);
  }

  private static final class User {
    private static final Environment ENVIRONMENT =
        base().with("user", userInfo()).with(Environment.ResultWording.NAMES_WANTED_ONLY);
  }

  private static final class Authorization {
    private static final Environment ENVIRONMENT =
        base()
            .with("request", AuthorizationTypes.subjectAccessReviewSpec())
            .with(Environment.ResultWording.NAMES_ACTUAL_FOR_ONE);
  }

  private static final class Admission {
    private static final Environment PLAIN =
        base()
            .with("object", Scalar.DYN)
            .with("oldObject", Scalar.DYN)
            .with("namespaceObject", AdmissionTypes.namespace())
            .with("request", AdmissionTypes.request());
    private static final Environment WITH_AUTHORIZER =
        PLAIN
            .with("authorizer", Scalar.of(Authorizers.AUTHORIZER))
            .with("authorizer.requestResource", Scalar.of(Authorizers.RESOURCE_CHECK));
  }

  private static final class Mutation {
    private static final Environment ENVIRONMENT = admission().with(JsonPatches.library());
  }

  private static List<Library> libraries() {
    return List.of(
        Regexes.library(),
        Lists.ofKubernetes(),
        Optionals.library(),
        Texts.library(),
        Lists.ofSets(),
        Comprehensions.library(),
        Lists.ofExtension(),
        Urls.library(),
        Quantities.library(),
        Addresses.ofIps(),
        Addresses.ofCidrs(),
        NamedFormats.library(),
        Semvers.library(),
        Authorizers.library());
  }

  /// All functions, no variables.
  public static Environment base() {
    return Base.ENVIRONMENT;
  }

  /// For claim mappings and claim validation rules: `claims`.
  public static Environment claims() {
    return Claims.ENVIRONMENT;
  }

  /// For user validation rules: `user`.
  public static Environment user() {
    return User.ENVIRONMENT;
  }

  /// For match conditions of authorizers: `request`, a SubjectAccessReview's spec.
  public static Environment authorization() {
    return Authorization.ENVIRONMENT;
  }

  /// For match conditions of webhooks: `object`, `oldObject`, `namespaceObject`, `request`,
  /// `authorizer`, `authorizer.requestResource`.
  public static Environment admission() {
    return Admission.WITH_AUTHORIZER;
  }

  /// The same without `authorizer`, for what is worked out where nobody asks for access.
  public static Environment admissionWithoutAuthorizer() {
    return Admission.PLAIN;
  }

  /// For mutations: the same as [#admission()] with the function `jsonpatch.escapeKey`. The types
  /// of [MutationTypes] are added for each expression.
  public static Environment mutation() {
    return Mutation.ENVIRONMENT;
  }

  static DeclType.ObjectOf userInfo() {
    Map<String, DeclType> fields = new LinkedHashMap<>();
    fields.put("username", Scalar.STRING);
    fields.put("uid", Scalar.STRING);
    fields.put("groups", TEXTS);
    fields.put("extra", DeclType.mapOf(TEXTS));
    return DeclType.object("kubernetes.UserInfo", fields);
  }
}
