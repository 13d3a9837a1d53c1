/**
 * Files that clients send: zip archives, multipart bodies, limits, file names. Other packages decide what the files are for.
 *
 * <p>May import of ours: {@code repository.files} (digests), {@code memory}. Outside libraries: commons-compress, commons-fileupload.
 */
@NullMarked
package io.stepwise.upload;

import org.jspecify.annotations.NullMarked;
