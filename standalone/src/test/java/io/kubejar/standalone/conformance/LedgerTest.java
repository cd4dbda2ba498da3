package io.kubejar.standalone.conformance;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

/// Keeps `docs/conformance.tsv` honest: each entry that it says passes has one test, which the same
/// build runs and which cannot be skipped; nothing is in the one and not in the other. An entry
/// whose test is lost, renamed or switched off fails here.
final class LedgerTest {
  /// As many as the conformance list of 1.36 has.
  private static final int ENTRIES = 446;

  private static final String PASSES = "passes";
  private static final String MISSING = "missing";
  private static final String NEEDS_NODE = "needs node";

  /// @param detail the test, or why there is none
  private record Entry(String state, String name, String detail) {}

  @Test
  void listsEveryEntryOfTheListOnce() throws IOException {
    var entries = ledger();

    assertThat(entries).hasSize(ENTRIES);
    assertThat(entries.stream().map(Entry::name)).doesNotHaveDuplicates().isSorted();
    assertThat(entries.stream().map(Entry::state)).isSubsetOf(PASSES, MISSING, NEEDS_NODE);
  }

  @Test
  void everyEntryThatPassesHasItsTestAndEveryTestItsEntry() throws Exception {
    var claimed = new HashMap<String, List<String>>();
    ledger().stream()
        .filter(entry -> entry.state().equals(PASSES))
        .forEach(entry -> claimed.put(entry.name(), List.of(entry.detail())));

    assertThat(testsByEntry()).isEqualTo(claimed);
  }

  @Test
  void noTestIsSwitchedOff() throws Exception {
    for (var test : tests()) {
      assertThat(test.getAnnotation(Disabled.class)).as(named(test)).isNull();
      assertThat(test.getDeclaringClass().getAnnotation(Disabled.class)).as(named(test)).isNull();
      assertThat(test.getDeclaringClass().getSimpleName()).endsWith("Test");
    }
  }

  private static Map<String, List<String>> testsByEntry() throws Exception {
    return tests().stream()
        .collect(
            groupingBy(
                test -> test.getAnnotation(Conformance.class).value(),
                mapping(LedgerTest::named, toList())));
  }

  private static String named(Method test) {
    return test.getDeclaringClass().getSimpleName() + "." + test.getName();
  }

  /// The tests of this package, found on disk as the build's own runner finds them.
  private static List<Method> tests() throws Exception {
    var here = LedgerTest.class;
    var root = Path.of(here.getProtectionDomain().getCodeSource().getLocation().toURI());
    var found = new ArrayList<Method>();
    try (Stream<Path> files = Files.list(root.resolve(here.getPackageName().replace('.', '/')))) {
      for (var file : files.toList()) {
        var name = file.getFileName().toString();
        if (name.endsWith(".class") && !name.equals("package-info.class")) {
          found.addAll(testsOf(here.getPackageName() + "." + name.replace(".class", "")));
        }
      }
    }
    return found;
  }

  private static List<Method> testsOf(String className) throws ClassNotFoundException {
    return Arrays.stream(Class.forName(className).getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(Conformance.class))
        .toList();
  }

  private static List<Entry> ledger() throws IOException {
    var here = Path.of("").toAbsolutePath();
    var root = Files.exists(here.resolve("mvnw")) ? here : Objects.requireNonNull(here.getParent());
    return Files.readAllLines(root.resolve("docs/conformance.tsv")).stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("\t", -1))
        .map(columns -> new Entry(columns[0], columns[1], columns[2]))
        .toList();
  }
}
