package io.kubejar.apiserver.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.AppArmorProfile;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.SecurityContext;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.request.Call;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AppArmorTest {
  private static final String KEY = AppArmor.ANNOTATION + "c";

  @ParameterizedTest
  @CsvSource({
    "runtime/default, RuntimeDefault, ''",
    "unconfined, Unconfined, ''",
    "localhost/mine, Localhost, mine",
    "localhost/, '', ''",
    "nonsense, '', ''"
  })
  void annotationsOfPodsBecomeFields(String annotation, String type, String name) {
    var call = Call.by(UserInfo.of("jane"), "test");
    var pod =
        Pod.EMPTY
            .withMetadata(ObjectMeta.EMPTY.withAnnotations(Map.of(KEY, annotation)))
            .withSpec(PodSpec.EMPTY.withContainers(List.of(Container.EMPTY.withName("c"))));
    var context = AppArmor.inFields(call, pod).spec().containers().getFirst().securityContext();

    if (type.isEmpty()) {
      assertThat(context).isNull();
    } else {
      var profile = AppArmorProfile.EMPTY.withType(type);
      var wanted = name.isEmpty() ? profile : profile.withLocalhostProfile(name);
      assertThat(context).isEqualTo(SecurityContext.EMPTY.withAppArmorProfile(wanted));
    }
  }
}
