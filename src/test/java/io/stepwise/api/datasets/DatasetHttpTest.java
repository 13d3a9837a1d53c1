package io.stepwise.api.datasets;

import static io.restassured.RestAssured.given;
import static io.stepwise.upload.Uploads.picture;
import static io.stepwise.upload.Uploads.pictureOfSize;
import static io.stepwise.upload.Uploads.zip;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.stepwise.data.store.TestDatasets;
import io.stepwise.image.ImageReading;
import io.stepwise.upload.Uploads;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /datasets}: uploads that succeed and uploads that are refused, lists, previews, deletions. */
@Tag("quarkus")
@QuarkusTest
class DatasetHttpTest {
    private static final byte[] CAT = picture(10);
    private static final byte[] DOG = picture(20, 30, 20);

    @Inject
    TestDatasets datasets;

    @BeforeEach
    void reset() throws IOException {
        datasets.reset();
    }

    @AfterEach
    void nothingIsLeftOnItsWay() throws IOException {
        assertThat(Uploads.names(datasets.root)).noneMatch(name -> name.startsWith("."));
    }

    @Test
    void upload_archive_isCreatedAndDescribed() throws IOException {
        Response answer =
                upload("pets", zip("cats/1.png", CAT, "dogs/1.png", DOG, "dogs/2.png", CAT, "note.txt", "hi"));

        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(201);
        assertThat(answer.header("Location")).isEqualTo("/datasets/pets");
        assertThat(answer.contentType()).isEqualTo("application/json");
        JsonPath json = answer.jsonPath();
        assertThat(json.getString("name")).isEqualTo("pets");
        assertThat(json.getBoolean("builtin")).isFalse();
        assertThat(json.getInt("images")).isEqualTo(3);
        assertThat(json.getList("labels.name")).containsExactly("cats", "dogs");
        assertThat(json.getList("labels.images")).containsExactly(1, 2);
        assertThat(json.getInt("bytes")).isEqualTo(2 * CAT.length + DOG.length);
        assertThat(json.getString("created")).matches("\\d{4}-.*Z");
        assertThat(json.getInt("smallest.width")).isEqualTo(8);
        assertThat(json.getInt("largest.width")).isEqualTo(20);
        assertThat(json.getInt("largest.height")).isEqualTo(30);
        assertThat(json.getList("ignored")).containsExactly("note.txt");
        assertThat(json.getMap("")).containsEntry("problem", null);
        assertThat(given().get(answer.header("Location")).asString()).isEqualTo(answer.asString());
        assertThat(Files.readAllBytes(datasets.root.resolve("pets/dogs/1.png"))).isEqualTo(DOG);
    }

    @Test
    void upload_form_takesClassesFromFileNames() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        part(body, "cats/1.png", CAT);
        part(body, "dogs/ä %221%22.png", DOG);
        body.writeBytes("--b--".getBytes(StandardCharsets.UTF_8));

        Response answer = given().header("Content-Type", "multipart/form-data; boundary=b")
                .body(body.toByteArray())
                .post("/datasets/pets");

        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(201);
        assertThat(answer.jsonPath().getList("labels.name")).containsExactly("cats", "dogs");
        assertThat(datasets.root.resolve("pets/dogs/ä \"1\".png")).exists();
    }

    private static void part(ByteArrayOutputStream body, String fileName, byte[] content) {
        body.writeBytes(("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + fileName + "\"\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
        body.writeBytes(content);
        body.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void upload_formWithLabels_takesClassesFromThem(boolean asFile) {
        String csv = "file,label\n1.png,tom\n2.png,rex\n";
        var request = given().multiPart("file", "1.png", CAT).multiPart("file", "2.png", DOG);
        request = asFile
                ? request.multiPart("file", "labels.csv", csv.getBytes(StandardCharsets.UTF_8))
                : request.multiPart("labels.csv", csv);

        assertThat(request.post("/datasets/pets").jsonPath().getList("labels.name"))
                .containsExactly("rex", "tom");
    }

    @Test
    void upload_formWithFieldThatIsNoFile_isRefused() {
        Response answer = given().multiPart("file", "1.png", CAT)
                .multiPart("colour", "red")
                .post("/datasets/pets");

        assertThat(problem(answer, 422, "invalid-dataset").getString("detail")).contains("a part has no file name");
    }

    @Test
    void upload_brokenPictures_areListedWithPointers() {
        byte[] archive = zip("a/1.png", CAT, "a/2.png", "x", "b/1.png", pictureOfSize(10_000, 10_000), "b/2.png", CAT);

        JsonPath problem = problem(upload("pets", archive), 422, "broken-pictures");

        assertThat(problem.getString("detail")).isEqualTo("2 of 4 pictures can't be read");
        assertThat(problem.getList("errors.pointer")).containsExactly("/a~12.png", "/b~11.png");
        assertThat(problem.getList("errors.detail"))
                .containsExactly(
                        "a/2.png: not a PNG, JPEG, WebP, GIF, BMP or TIFF image",
                        "b/1.png: picture of 10000x10000 pixels is too large, must have at most 10000");
        Response skipped = given().contentType("application/zip")
                .queryParam("on_broken", "skip")
                .body(archive)
                .post("/datasets/pets");
        assertThat(skipped.statusCode()).isEqualTo(201);
        assertThat(skipped.jsonPath().getInt("broken_count")).isEqualTo(2);
        assertThat(skipped.jsonPath().getList("broken.file")).containsExactly("a/2.png", "b/1.png");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            on_broken=ignore         | /on_broken | invalid-field | on_broken is "ignore", must be one of [fail, skip]
            on_broken=fail&on_broken=skip | /on_broken | invalid-field | on_broken is "fail, skip", must be one of
            overwrite=true           | /overwrite | unknown-field | "overwrite" is not a query parameter of this request
            """)
    void upload_wrongQuery_is422(String query, String pointer, String type, String detail) {
        Response answer =
                given().contentType("application/zip").body(zip("1.png", CAT)).post("/datasets/pets?" + query);

        JsonPath problem = problem(answer, 422, type);
        assertThat(problem.getList("errors.pointer")).containsExactly(pointer);
        assertThat(problem.getString("detail")).startsWith(detail);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Pets", "a b", ".pets", "pets.zip", "-"})
    void upload_badName_is422(String name) {
        Response answer =
                given().contentType("application/zip").body(zip("1.png", CAT)).post("/datasets/{name}", name);

        assertThat(problem(answer, 422, "invalid-field").getList("errors.pointer"))
                .containsExactly("/name");
    }

    @Test
    void upload_hostileArchive_is422() {
        assertThat(problem(upload("pets", zip("../1.png", CAT)), 422, "invalid-dataset")
                        .getString("detail"))
                .isEqualTo(
                        "the upload is refused: the name \"../1.png\" must be relative, without \"..\" and backslashes");
        assertThat(problem(upload("pets", zip("readme.txt", "x")), 422, "invalid-dataset")
                        .getString("detail"))
                .startsWith("the upload has no PNG");
        byte[] archive = zip("1.png", CAT);
        problem(upload("pets", Arrays.copyOf(archive, archive.length - 5)), 422, "invalid-dataset");
        problem(upload("pets", new byte[0]), 422, "invalid-dataset");
    }

    @Test
    void upload_tooMuch_is413() {
        assertThat(problem(upload("pets", zip("a.txt", new byte[2 << 20])), 413, "upload-too-large")
                        .getString("detail"))
                .matches("the upload has 2097\\d{3} bytes, must have at most 1048576");
        Object[] many = IntStream.range(0, 21)
                .boxed()
                .flatMap(i -> Stream.of(i + ".txt", "x"))
                .toArray();
        assertThat(problem(upload("pets", zip(many)), 413, "upload-too-large").getString("detail"))
                .isEqualTo("the upload must have at most 20 files");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/plain", "application/x-www-form-urlencoded"})
    void upload_otherMediaType_is415(String type) {
        Response answer = given().contentType(type).body("picture").post("/datasets/pets");

        assertThat(problem(answer, 415, "unsupported-media-type").getString("detail"))
                .contains(type, "application/zip", "multipart/form-data");
    }

    @Test
    void upload_malformedForm_is400() {
        for (String type : List.of("multipart/form-data", "multipart/form-data; boundary=b")) {
            Response answer = given().header("Content-Type", type)
                    .body("--b\r\nContent-Disposition: form-data; filename=1.png\r\n\r\nxyz".getBytes())
                    .post("/datasets/pets");
            problem(answer, 400, "bad-request");
        }
    }

    @Test
    void upload_whenTheDiskIsFull_is507() {
        datasets.diskFull = true;

        problem(upload("pets", zip("1.png", CAT)), 507, "insufficient-storage");

        assertThat(given().get("/datasets/pets").statusCode()).isEqualTo(404);
    }

    @Test
    void upload_nameTaken_is409() throws IOException {
        assertThat(upload("pets", zip("1.png", CAT)).statusCode()).isEqualTo(201);
        Files.write(datasets.root.resolve("more.zip"), zip("1.png", CAT));

        for (String name : List.of("pets", "more", "faces")) {
            problem(upload(name, zip("1.png", CAT)), 409, "dataset-exists");
        }
    }

    @Test
    void list_tellsOfBuiltInUploadedAndHandmade() throws IOException {
        upload("pets", zip("a/1.png", CAT, "b/1.png", CAT));
        Files.write(datasets.root.resolve("more.zip"), zip("1.png", CAT, "2.png", CAT));
        Files.createDirectory(datasets.root.resolve("empty"));

        JsonPath json = given().get("/datasets").jsonPath();

        assertThat(json.getList("datasets.name")).containsExactly("empty", "faces", "more", "pets");
        assertThat(json.getList("datasets.images")).containsExactly(0, 65_536, 2, 2);
        assertThat(json.getList("datasets.classes")).containsExactly(0, 80, 0, 2);
        assertThat(json.getList("datasets.builtin")).containsExactly(false, true, false, false);
        assertThat(json.getString("datasets[0].problem")).contains("has no PNG");
        assertThat(json.getString("datasets[3].problem")).isNull();
    }

    @Test
    void find_unknown_is404() {
        for (String path : List.of("/datasets/none", "/datasets/..%2f..", "/datasets/none/preview")) {
            problem(given().urlEncodingEnabled(false).get(path), 404, "dataset-not-found");
        }
        problem(given().delete("/datasets/none"), 404, "dataset-not-found");
        problem(given().get("/datasets?page=2"), 422, "unknown-field");
    }

    @Test
    void preview_isAPngThatIsSentOnce() throws IOException {
        upload("pets", zip("a/1.png", CAT, "a/2.png", CAT, "b/1.png", DOG, "b/2.png", DOG));

        Response answer = given().get("/datasets/pets/preview?n=4&size=16");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.contentType()).isEqualTo("image/png");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(ImageReading.read(answer.asByteArray(), 1 << 20).height()).isEqualTo(2 + 2 * 18);
        String tag = answer.header("ETag");
        Response again = given().header("If-None-Match", tag).get("/datasets/pets/preview?n=4&size=16");
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.asByteArray()).isEmpty();
        assertThat(given().get("/datasets/pets/preview?n=4&size=16").asByteArray())
                .isEqualTo(answer.asByteArray());
        assertThat(given().get("/datasets/pets/preview?n=4.0&size=1.6e1").header("ETag"))
                .isEqualTo(tag);
        assertThat(given().get("/datasets/pets/preview?n=4&size=17").header("ETag"))
                .isNotEqualTo(tag);
        assertThat(given().get("/datasets/faces/preview").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            n=0          | /n     | n is "0", must be an integer, 1 … 256
            n=257        | /n     | n is "257", must be an integer, 1 … 256
            n=1.5        | /n     | n is "1.5", must be an integer, 1 … 256
            size=7       | /size  | size is "7", must be an integer, 8 … 256
            label=cat    | /label | label is "cat", must be one of a, b
            seed=1       | /seed  | "seed" is not a query parameter of this request, which takes [label, n, size]
            """)
    void preview_wrongQuery_is422(String query, String pointer, String detail) {
        upload("pets", zip("a/1.png", CAT, "b/1.png", DOG));

        Response answer = given().get("/datasets/pets/preview?" + query);

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.jsonPath().getList("errors.pointer")).containsExactly(pointer);
        assertThat(answer.jsonPath().getString("detail")).isEqualTo(detail);
    }

    @Test
    void delete_isGone() {
        upload("pets", zip("1.png", CAT));

        assertThat(given().delete("/datasets/pets").statusCode()).isEqualTo(204);

        problem(given().get("/datasets/pets"), 404, "dataset-not-found");
        assertThat(upload("pets", zip("1.png", CAT)).statusCode()).isEqualTo(201);
    }

    @Test
    void delete_whatIsNeeded_is409NamingWhoNeedsIt() {
        upload("pets", zip("1.png", CAT));
        datasets.users = List.of("run-7");

        assertThat(problem(given().delete("/datasets/pets"), 409, "dataset-in-use")
                        .getString("detail"))
                .isEqualTo("the data set pets is needed by run-7");
        problem(given().delete("/datasets/faces"), 409, "dataset-in-use");
    }

    @Test
    void anything_withOtherMethodOrMediaType_isRefused() {
        Response put = given().put("/datasets/pets");
        problem(put, 405, "method-not-allowed");
        assertThat(put.header("Allow")).isEqualTo("DELETE, GET, HEAD, OPTIONS, POST");
        problem(given().accept("text/html").get("/datasets"), 406, "not-acceptable");
    }

    private static Response upload(String name, byte[] archive) {
        return given().contentType("application/zip").body(archive).post("/datasets/" + name);
    }

    private static JsonPath problem(Response answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
        assertThat(answer.contentType()).isEqualTo("application/problem+json");
        assertThat(answer.jsonPath().getString("type")).isEqualTo("/problems/" + type);
        return answer.jsonPath();
    }
}
