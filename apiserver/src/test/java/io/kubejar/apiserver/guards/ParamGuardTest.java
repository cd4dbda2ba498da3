package io.kubejar.apiserver.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.admissionregistration.v1.ParamKind;
import io.kubejar.api.admissionregistration.v1.ParamRef;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.authz.Attributes;
import io.kubejar.apiserver.authz.Decision;
import io.kubejar.apiserver.request.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ParamGuardTest {
  private static final ParamKind MAPS = new ParamKind("v1", "ConfigMap");
  private static final ObjectMeta NAMED = ObjectMeta.EMPTY.withName("p");
  private static final ValidatingAdmissionPolicy POLICY =
      ValidatingAdmissionPolicy.EMPTY
          .withMetadata(NAMED)
          .withSpec(ValidatingAdmissionPolicy.EMPTY.spec().withParamKind(MAPS));
  private static final ValidatingAdmissionPolicyBinding BINDING =
      ValidatingAdmissionPolicyBinding.EMPTY
          .withMetadata(NAMED)
          .withSpec(
              ValidatingAdmissionPolicyBinding.EMPTY
                  .spec()
                  .withPolicyName("p")
                  .withParamRef(ParamRef.EMPTY.withName("limits").withNamespace("team")));

  private final List<String> asked = new ArrayList<>();
  private boolean allowed;

  private final ParamGuard guard =
      new ParamGuard(
          this::authorize,
          new ParamGuard.Lookup(
              (version, kind) ->
                  kind.equals("ConfigMap") ? Optional.of(ConfigMap.RESOURCE) : Optional.empty(),
              _ -> Optional.of(POLICY),
              _ -> Optional.empty()));

  private Decision authorize(Attributes asking) {
    asked.add(
        asking.verb()
            + " "
            + asking.apiGroup()
            + "/"
            + asking.apiVersion()
            + "/"
            + asking.resource()
            + " "
            + asking.namespace()
            + "/"
            + asking.name());
    return allowed ? new Decision.Allow("") : new Decision.NoOpinion("", "");
  }

  private <T extends KubernetesObject> void write(
      ResourceType<T> type, T object, @Nullable T old, String... groups)
      throws InterruptedException {
    var operation =
        old == null ? AdmissionRequest.Operation.CREATE : AdmissionRequest.Operation.UPDATE;
    var call = Call.by(UserInfo.of("jane", groups), "test");
    guard.validate(new AdmissionRequest(operation, call, type, "", "", "p", object, old));
  }

  @Test
  void policiesNeedTheRightToReadAllTheirParameters() throws InterruptedException {
    assertThatThrownBy(() -> write(ValidatingAdmissionPolicy.RESOURCE, POLICY, null, "team"))
        .isInstanceOfSatisfying(
            ApiException.class, refused -> assertThat(refused.code()).isEqualTo(422))
        .hasMessage(
            "ValidatingAdmissionPolicy.admissionregistration.k8s.io \"p\" is invalid:"
                + " spec.paramKind: Forbidden: user &{jane  [team] map[]} must have \"get\""
                + " permission on all objects of the referenced paramKind (kind=ConfigMap,"
                + " apiVersion=v1)");
    assertThat(asked).containsExactly("get /v1/configmaps */*");

    allowed = true;
    write(ValidatingAdmissionPolicy.RESOURCE, POLICY, null);
  }

  @Test
  void bindingsNeedTheRightToReadTheirs() {
    assertThatThrownBy(() -> write(ValidatingAdmissionPolicyBinding.RESOURCE, BINDING, null))
        .hasMessageEndingWith(
            "spec.paramRef: Forbidden: user &{jane  [] map[]} does not have \"get\" permission on"
                + " the object referenced by paramRef");
    assertThat(asked).containsExactly("get /v1/configmaps team/limits");
  }

  @Test
  void whatStaysTheSameIsFree() throws InterruptedException {
    write(ValidatingAdmissionPolicy.RESOURCE, POLICY, POLICY);
    write(ValidatingAdmissionPolicyBinding.RESOURCE, BINDING, BINDING);
    write(ValidatingAdmissionPolicy.RESOURCE, POLICY, null, UserInfo.MASTERS_GROUP);

    assertThat(asked).isEmpty();
  }
}
