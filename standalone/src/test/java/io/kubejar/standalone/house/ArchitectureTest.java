package io.kubejar.standalone.house;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Guards the module table of ARCHITECTURE.md and the rules about time, threads and native code.
final class ArchitectureTest {
  /// What users' tests see: the package `io.kubejar` itself, and the one of this name.
  private static final String LIBRARY = "junit";

  /// Every module's package, and the modules of this project that it may see.
  private static final Map<String, Set<String>> MAY_SEE =
      Map.ofEntries(
          Map.entry("apimachinery", Set.of()),
          Map.entry("api", Set.of("apimachinery")),
          Map.entry("storage", Set.of()),
          Map.entry("http", Set.of()),
          Map.entry("cri", Set.of()),
          Map.entry("client", Set.of("api", "apimachinery", "http")),
          Map.entry("apiserver", Set.of("api", "apimachinery", "http", "storage")),
          Map.entry("controllers", Set.of("client", "api", "apimachinery")),
          Map.entry("scheduler", Set.of("client", "api", "apimachinery")),
          Map.entry("kubelet", Set.of("client", "api", "apimachinery", "cri", "http")),
          Map.entry("proxy", Set.of("client", "api", "apimachinery", "http")),
          Map.entry("dns", Set.of("client", "api", "apimachinery")),
          Map.entry(
              "controlplane",
              Set.of(
                  "apiserver",
                  "client",
                  "controllers",
                  "scheduler",
                  "api",
                  "apimachinery",
                  "http",
                  "storage")),
          Map.entry(
              "simulation",
              Set.of(
                  "controlplane",
                  "apiserver",
                  "client",
                  "controllers",
                  "scheduler",
                  "kubelet",
                  "api",
                  "apimachinery",
                  "http",
                  "storage")),
          Map.entry(
              LIBRARY,
              Set.of(
                  "simulation",
                  "controlplane",
                  "apiserver",
                  "client",
                  "api",
                  "apimachinery",
                  "http",
                  "storage")));

  /// Where threads are started, the clock is read and chance enters: shells and entry points.
  private static final String[] MAY_READ_THE_CLOCK = {
    "io.kubejar",
    "io.kubejar.junit..",
    "io.kubejar.standalone..",
    "io.kubejar.bench..",
    "io.kubejar.apimachinery.time.."
  };

  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("/test/"))
          .importPackages("io.kubejar");

  @Test
  void theWholeHouseIsLookedAt() {
    var modules = new TreeSet<String>();
    HOUSE.forEach(type -> modules.add(moduleOf(type)));

    assertThat(modules).containsAll(MAY_SEE.keySet()).contains("standalone");
  }

  static Stream<String> modules() {
    return MAY_SEE.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("modules")
  void aModuleSeesOnlyWhatItsRowInTheTableAllows(String module) {
    var hidden =
        MAY_SEE.keySet().stream()
            .filter(other -> !other.equals(module) && !allowed(module).contains(other))
            .flatMap(other -> Stream.of(packagesOf(other)))
            .toArray(String[]::new);

    noClasses()
        .that()
        .resideInAnyPackage(packagesOf(module))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(hidden)
        .check(HOUSE);
  }

  @Test
  void onlyStandaloneAndBenchSeeStandalone() {
    noClasses()
        .that(resideOutsideOfPackages("io.kubejar.standalone..", "io.kubejar.bench.."))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.kubejar.standalone..")
        .check(HOUSE);
  }

  @Test
  void nobodyButTheHttpModuleAndTheWireClientsSeesNetty() {
    noClasses()
        .that(
            resideOutsideOfPackages(
                "io.kubejar.http..",
                "io.kubejar.dns..",
                "io.kubejar.cri..",
                "io.kubejar.apiserver.kms..",
                "io.kubejar.storage.."))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(HOUSE);
  }

  @Test
  void nativeCodeAndProcessesStayInTheirOwnPackages() {
    noClasses()
        .that(resideOutsideOfPackages("..linux..", "io.kubejar.bench.."))
        .should()
        .dependOnClassesThat(
            DescribedPredicate.or(
                resideInAnyPackage("java.lang.foreign.."),
                JavaClass.Predicates.type(ProcessBuilder.class)))
        .check(HOUSE);
  }

  @Test
  void timeAndChanceAreHandedIn() {
    noClasses()
        .that(resideOutsideOfPackages(MAY_READ_THE_CLOCK))
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", java.time.Duration.class)
        .orShould()
        .callConstructor(Random.class)
        .check(HOUSE);
  }

  @Test
  void packagesOfAModuleDoNotFormCycles() {
    for (var module :
        List.of("apiserver", "client", "controllers", "scheduler", "kubelet", "proxy")) {
      slices().matching("io.kubejar." + module + ".(*)..").should().beFreeOfCycles().check(HOUSE);
    }
  }

  @Test
  void everyPackageSaysWhetherItKnowsNull() {
    var unmarked =
        HOUSE.stream()
            .filter(type -> !type.getSimpleName().equals("package-info"))
            .filter(type -> !GENERATED.test(type))
            .map(JavaClass::getPackage)
            .distinct()
            .filter(ArchitectureTest::isUnmarked)
            .map(JavaPackage::getName)
            .sorted();

    assertThat(unmarked).isEmpty();
  }

  private static final List<String> GENERATED_PACKAGES =
      List.of(
          "io.kubejar.api",
          "io.kubejar.apimachinery.meta",
          "io.kubejar.cri.containerd",
          "io.kubejar.cri.health",
          "io.kubejar.cri.runtime");

  /// Records and stubs made by the build; the generators answer for them.
  private static final DescribedPredicate<JavaClass> GENERATED =
      DescribedPredicate.describe(
          "generated",
          type ->
              GENERATED_PACKAGES.stream()
                  .anyMatch(
                      prefix ->
                          type.getPackageName().equals(prefix)
                              || type.getPackageName().startsWith(prefix + ".")));

  private static boolean isUnmarked(JavaPackage pack) {
    return !pack.isAnnotatedWith(NullMarked.class);
  }

  private static Set<String> allowed(String module) {
    return MAY_SEE.getOrDefault(module, Set.of());
  }

  private static String[] packagesOf(String module) {
    var own = "io.kubejar." + module + "..";
    return module.equals(LIBRARY) ? new String[] {"io.kubejar", own} : new String[] {own};
  }

  private static String moduleOf(JavaClass type) {
    return type.getPackageName().equals("io.kubejar")
        ? LIBRARY
        : type.getPackageName().substring("io.kubejar.".length()).split("\\.", 2)[0];
  }
}
